import type { Case } from '@p2pspec/generated/common/cases'
import type { Framing } from '@p2pspec/generated/common/machine'
import type { AgentProcess } from '../subjects/agent/agent-process.ts'
import type { TransportName } from '../subjects/subject.ts'
import type { Channel } from '../tester/channel.ts'
import type { TesterConnection } from '../tester/connection.ts'
import type { MuxedChannel } from '../tester/muxer-session.ts'
import type { Endpoint } from '../tester/socket.ts'
import type { Arrivals } from './arrivals.ts'
import type { Knowledge } from './knowledge.ts'
import type { MessageReader } from './message-reader.ts'

/** Where in a connection a case plays. */
export type Reach =
  /**
   * `network`: TCP is open and nothing was said, to a subject in a private network. `transport`: TCP is open, and the network is entered.
   * `security`: noise is agreed. `tls`: TLS is agreed. `plaintext`: plaintext is agreed. `secured`: the handshake of noise is done.
   * `muxer`: yamux is agreed. `mplex`: mplex is agreed.
   * `quic`: a UDP socket is open, and nothing was said.
   */
  | { readonly at: 'network' | 'transport' | 'security' | 'tls' | 'plaintext' | 'secured' | 'muxer' | 'mplex' | 'quic' }
  /** `protocol` null: the stream is handed over before anything is negotiated on it. */
  | { readonly at: 'stream'; readonly opens: 'tester' | 'subject'; readonly protocol: string | null }

/** A place where a role of the subject can be met, and in which mode of the suite. */
export interface RolePlace {
  readonly mode: 'listener' | 'dialer' | 'both'
  readonly reach: Reach
}

/** A case's place, reached. */
export interface Desk {
  readonly connection: TesterConnection
  readonly channel: Channel
  readonly stream: MuxedChannel | null
  readonly reach: Reach
  readonly knowledge: Knowledge
  /** Tells the application what to do; null where nobody can. */
  readonly agent: AgentProcess | null
  /** Streams that the subject opens and the case takes. */
  readonly arrivals: Arrivals | null
  /** Where the subject has begun to listen in this case. */
  readonly added: Endpoint[]
}

export interface DecodedMessage {
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What the last look at a place showed. */
export interface Finding {
  readonly held: boolean
  /** One line: what the subject did. */
  readonly did: string
  /** A deadline decided it: a slow machine may be the reason. */
  readonly late?: boolean
  /** It is alive, but nothing shows that it took what was sent. */
  readonly weak?: boolean
  /** It neither went on nor ended anything while we watched; its own timer may still end it. */
  readonly hung?: boolean
}

/** The state of a running generated case, as its adapter sees it. */
export interface Play {
  readonly desk: Desk
  readonly item: Case
  readonly reader: MessageReader
  /** Names of the messages sent to the subject so far. */
  readonly sent: readonly string[]
  /** Application bytes went out behind the last step. */
  readonly trailing: Uint8Array | null
}

/** `unsupported`: the subject itself says that it has no such thing. `out-of-reach`: nothing makes it do this in the suite's mode. */
export interface Hindrance {
  readonly kind: 'unsupported' | 'out-of-reach'
  readonly why: string
}

/** All that shared code needs to know of a protocol. */
export interface ProtocolAdapter {
  readonly protocol: string
  readonly framing: Framing
  /** Its cases are about this transport, and say nothing of a node that is met by another. */
  readonly transport?: TransportName
  /** Where each role of the subject is met; a role that is missing cannot be tested from outside. */
  readonly roles: Readonly<Record<string, readonly RolePlace[]>>
  /** Why this generated case cannot be played here; null where it can. */
  hindrance?(item: Case, place: RolePlace, knowledge: Knowledge): Hindrance | null
  /** A message without its framing. */
  encode(message: string, fields: Readonly<Record<string, unknown>>, desk: Desk): Uint8Array
  decode(payload: Uint8Array, desk: Desk): DecodedMessage
  /** Values of the subject's input, for holes: what it supports, what it offered. */
  input(desk: Desk, received: readonly DecodedMessage[]): Readonly<Record<string, unknown>>
  /** Whether a message of the right name has what is due, where comparing fields does not answer that. */
  fits?(message: DecodedMessage, desk: Desk): boolean | null
  /** Application bytes that may stand right behind the last step. */
  trailing?(desk: Desk): Uint8Array | null
  /** A barrier that the protocol itself answers: is the subject still in its machine, and did it send nothing else? Where it gives null, a ping of the muxer serves. */
  probe?(play: Play): Promise<Finding> | null
  /** Bytes of the next protocol may already stand behind this one's messages: they are no part of the case. */
  mayFollow?(play: Play): boolean
  /** Goes on as if what was sent had been right: true where the subject goes along with it. */
  lure?(play: Play): Promise<boolean>
  /** Sends what an honest peer would send next: a subject that reads on before it judges shows then what it makes of the last step. */
  nudge?(play: Play): void
  /** Did the subject's machine end with success? Without it, the stream must not have been reset. */
  confirm?(play: Play): Promise<Finding>
}
