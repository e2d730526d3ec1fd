// Generated from spec/interfaces/transport.yaml sha256:8557640c6bb7f2a9ef8aed377def4ecbe9cc928dc142a52efc4531266ffb66e4
// Do not edit: change the spec and run `p2pspec generate`.
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Connection, PeerId } from './connection.ts'
import type { CarriedDatagrams } from './datagrams.ts'
import type { AbortOptions, ByteDuplex } from './stream.ts'
import type { MuxerEvents, MuxerSession } from './stream-muxer.ts'

/** A raw, unencrypted channel, with the addresses of its two ends. */
export interface RawConnection {
  /**
   * - TRN-CHANNEL-1: Bytes arrive on both ways as they were written, whatever lengths they were written in, on as many connections as stand.
   * - TRN-CHANNEL-2: The end of writing arrives behind all that was written; where the transport has half-open connections, the other way goes on until it is ended too.
   * - TRN-CHANNEL-3: A reset ends both ends at once: here it is one failure, with the reason given; there an end or one failure with a code, and writes soon fail.
   * - TRN-CHANNEL-4: A reader that pauses holds the writer of the other end back on either way; when it goes on, nothing is lost and drain is called.
   * - TRN-CHANNEL-5: What was written in the turn of a reset reaches a remote that reads, where nothing waits to leave before it: a refusal is heard.
   */
  readonly channel: ByteDuplex
  readonly localAddress: Multiaddr
  readonly remoteAddress: Multiaddr
  /** True: it came in on one of the last file descriptors that the process may open, and is to be refused. */
  readonly isOnLastDescriptors?: boolean | undefined | undefined
  /**
   * Resolves, never rejects, once nothing of the connection is left: what was written has been taken or dropped, and both ways are over.
   * - TRN-CLOSED-1: The promise of the end waits for both ways, and what was written before it has then arrived; after a reset it resolves as well.
   */
  readonly closed: Promise<void>
}

/** A connection that the transport itself has secured and muxed: nothing is left to negotiate on it but streams. */
export interface MuxedConnection {
  /** - TRN-MUXED-1: The remote has proven the identity that it is handed on with; a remote that could not is never handed on. */
  readonly remotePeer: PeerId
  /**
   * The remote's public key in its protobuf encoding; undefined where the transport shows the peer id alone.
   * - TRN-MUXED-1: The remote has proven the identity that it is handed on with; a remote that could not is never handed on.
   */
  readonly remotePublicKey: Uint8Array | undefined
  /** The protocol by which the remote proved its identity. */
  readonly security: string
  readonly muxer: string
  /** Undefined where the transport does not know it. */
  readonly localAddress: Multiaddr | undefined
  readonly remoteAddress: Multiaddr
  /**
   * Resolves, never rejects, once nothing of the connection is left.
   * - TRN-CLOSED-1: The promise of the end waits for both ways, and what was written before it has then arrived; after a reset it resolves as well.
   */
  readonly closed: Promise<void>
  /** Messages that may be lost; undefined where the transport has none, or was not asked for them. */
  readonly datagrams?: CarriedDatagrams | undefined | undefined
  /** Told of the bytes of all streams and datagrams as they come and go; undefined: nobody counts. */
  onBytes: ((receivedBytes: number, sentBytes: number) => void) | undefined
  /**
   * Called once; until then nothing that the remote opens is taken. `connection` may be filled in by the caller after this call.
   * - TRN-MUXED-2: Streams that the remote opened before the start are announced after it, in their order, and no byte of them is lost.
   * - TRN-MUXED-3: A reset before the start or after it ends the remote's side too, with every stream on it.
   */
  start(connection: Connection, events: MuxerEvents): MuxerSession
  /**
   * Ends it at once. Idempotent.
   * - TRN-MUXED-3: A reset before the start or after it ends the remote's side too, with every stream on it.
   */
  reset(reason?: Error): void
}

/** What comes of a dial or in by a listener: with a `channel` it is raw, without one it is muxed. */
export type TransportConnection = RawConnection | MuxedConnection

export interface TransportListener {
  /**
   * The addresses that this listener really has, ports filled in.
   * - TRN-LISTEN-1: Once listening, the listener can be dialled at each address that it names.
   */
  readonly addresses: readonly Multiaddr[]
  /** - TRN-LISTEN-2: After a close no new connection comes in, and the address can be listened on again; connections that stand are left alone, or end with it where they live on the very socket of the listener. */
  close(): Promise<void>
}

export interface DialOptions extends AbortOptions {
  /** For an address with a name in it: asked about each IP address behind the name, as that address with the IP address in its place, before anything is sent there. Throws where it is not to be dialled. */
  readonly allowHost?: ((address: Multiaddr) => void) | undefined
  /** For an address whose name the transport keeps: the IP addresses behind it, asked for with the name servers and the budget of the dial. Rejects where there is none. Left out: the machine's own look-up. */
  readonly lookUp?: ((name: string, family: 4 | 6) => Promise<readonly string[]>) | undefined
}

export interface Transport<Made extends TransportConnection = TransportConnection> {
  readonly name: string
  /** True: its connections come secured by itself, so that no private network can be put below that. */
  readonly ownSecurity?: boolean | undefined
  /** - TRN-ADDRESS-1: An address that is not of this transport is said no to, without an error and without a look at the network. */
  canDial(address: Multiaddr): boolean
  /** - TRN-ADDRESS-1: An address that is not of this transport is said no to, without an error and without a look at the network. */
  canListen(address: Multiaddr): boolean
  /**
   * - TRN-DIAL-1: An aborted call rejects with the signal's reason and leaves no socket open.
   * - TRN-DIAL-2: An address that nobody listens on rejects with an error that names the address.
   * - TRN-DIAL-3: An address of another transport is dialled and listened on in vain: both reject with unsupported-address.
   * - TRN-DIAL-4: Of the IP addresses behind a name none is connected to that the caller does not allow; where none is allowed, the call rejects with the caller's reason.
   * - TRN-LIFE-1: When every connection is over and every listener is closed, nothing stays open.
   */
  dial(address: Multiaddr, options?: DialOptions): Promise<Made>
  /**
   * - TRN-LISTEN-1: Once listening, the listener can be dialled at each address that it names.
   * - TRN-LISTEN-3: Whatever a remote sends in place of this transport's own opening harms its own connection alone: it is never handed on, and the next one is served.
   * - TRN-DIAL-1: An aborted call rejects with the signal's reason and leaves no socket open.
   * - TRN-DIAL-3: An address of another transport is dialled and listened on in vain: both reject with unsupported-address.
   */
  listen(address: Multiaddr, onConnection: (connection: Made) => void, options?: AbortOptions): Promise<TransportListener>
  /** Lets go of what is kept between connections, such as a socket that dials share. Called when all connections and listeners are over. */
  stop?(): void
}
