import type { Verdict } from '../events.ts'
import type { NetworkAlteration } from '../tester/connection.ts'
import type { HandshakeAlteration, MessageAlteration } from '../tester/handshake-script.ts'
import type { PayloadAlteration } from '../tester/noise-payload.ts'
import type { FrameAlteration } from '../tester/noise-channel.ts'
import type { TlsAlteration } from '../tester/tls-session.ts'
import type { Reach } from './adapter.ts'
import type { DatagramKind } from './quic-datagrams.ts'
import type { Level, Stated } from './verdict.ts'

/** A hand-written case for one role. */
export interface ExtraCase {
  readonly id: string
  readonly protocol: string
  readonly role: string
  readonly title: string
  readonly requirements: readonly string[]
  readonly level: Level | null
  readonly stated: Stated | null
  readonly verdict: 'judge' | 'observe'
  /** It takes so much of a subject that others would not be served beside it: it runs by itself, behind all others. */
  readonly alone: boolean
  /** Null: where the protocol's adapter meets the role. */
  readonly reach: Reach | null
  readonly alteration: HandshakeAlteration
  /** For cases that play where TLS is agreed. */
  readonly tls: TlsAlteration
  /** For cases that play where a private network is entered. */
  readonly network: NetworkAlteration
  readonly steps: readonly ScriptStep[]
  readonly outcomes: readonly Outcome[]
  /** The case as it stands in the file. */
  readonly source: unknown
}

/** Bytes, said in one of several ways. */
export type Content =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'multistream'; readonly text: string }
  | { readonly kind: 'message'; readonly name: string; readonly fields: Readonly<Record<string, unknown>> }

/** A frame of yamux; what is undefined is filled in when sent and ignored when expected. */
export interface FramePattern {
  readonly version: number | undefined
  readonly type: number
  readonly flags: number | undefined
  readonly stream: string | number | undefined
  readonly length: number | undefined
  readonly body: Content | null
}

/** A frame of mplex; the length is that of the body unless it says otherwise, and ignored when expected without one. */
export interface MplexPattern {
  readonly flag: number
  readonly stream: string | number
  readonly length: number | undefined
  readonly body: Content | null
}

export type ScriptStep =
  | { readonly do: 'send'; readonly content: Content; readonly stream: string | null; readonly times: number }
  | { readonly do: 'send-frame'; readonly frame: FramePattern; readonly times: number }
  | { readonly do: 'send-mplex'; readonly frame: MplexPattern; readonly times: number }
  | {
      readonly do: 'send-secure'
      readonly content: Content
      readonly alteration: FrameAlteration
      readonly times: number
    }
  | { readonly do: 'send-raw'; readonly content: Content; readonly times: number }
  | { readonly do: 'expect'; readonly content: Content; readonly stream: string | null }
  | { readonly do: 'expect-count'; readonly bytes: number; readonly stream: string | null }
  | { readonly do: 'expect-frame'; readonly frame: FramePattern }
  | { readonly do: 'expect-mplex'; readonly frame: MplexPattern }
  | { readonly do: 'open'; readonly stream: string; readonly protocol: string | null }
  /** A datagram beside any connection, at the place `quic`. */
  | { readonly do: 'await-initial-answer' }
  /** The handshake at the place `quic`, and behind it one packet with these frames. */
  | { readonly do: 'send-frames'; readonly bytes: Uint8Array }
  | { readonly do: 'datagram'; readonly kind: DatagramKind; readonly times: number }
  /** Waits for the list of versions that was asked for. */
  | { readonly do: 'await-versions' }
  /** Waits as long as for an answer. */
  | { readonly do: 'linger' }
  /** So many streams, one behind the other. */
  | { readonly do: 'churn'; readonly protocol: string; readonly count: number }
  | { readonly do: 'receive'; readonly stream: string; readonly atLeast: number }
  | { readonly do: 'grant'; readonly stream: string; readonly bytes: number }
  | { readonly do: 'hold' }
  | { readonly do: 'probe' }
  | { readonly do: 'end' | 'await-end'; readonly stream: string | null }
  /** Of QUIC alone: one way of it, or with a code. */
  | {
      readonly do: 'reset'
      readonly stream: string | null
      readonly way: 'both' | 'writing'
      readonly code: number
    }
  | { readonly do: 'stop'; readonly stream: string | null; readonly code: number }
  | { readonly do: 'await-stop'; readonly stream: string | null }
  /** Tells the application of the subject what to do. */
  | { readonly do: 'agent'; readonly act: AgentAct }
  /** Takes a stream that the subject opens. */
  | { readonly do: 'accept'; readonly stream: string; readonly protocol: string }
  /** Until the subject has got what it asks for by itself. */
  | { readonly do: 'await-asked'; readonly protocol: string }

/** What an application does; the streams are those that it opens, by the names of the script. */
export type AgentAct =
  | { readonly what: 'serve' | 'unserve'; readonly protocols: readonly string[] }
  | { readonly what: 'listen' }
  | { readonly what: 'open'; readonly stream: string; readonly protocol: string }
  | { readonly what: 'write'; readonly stream: string; readonly bytes: number }
  | { readonly what: 'end' | 'reset'; readonly stream: string }

export type ReactionName = 'served' | 'stream reset' | 'stream closed' | 'go-away' | 'connection closed' | 'hung'

export interface FactCondition {
  readonly atMost?: number
  readonly atLeast?: number
  readonly is?: string | number | boolean
}

export interface Outcome {
  readonly verdict: Verdict
  /** Null: always. */
  readonly condition: {
    readonly reactions: readonly ReactionName[] | null
    readonly code: number | null
    readonly missing: boolean
    readonly facts: Readonly<Record<string, FactCondition>>
  } | null
}

export type { HandshakeAlteration, MessageAlteration, PayloadAlteration }
