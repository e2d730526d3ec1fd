import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { MaybePromise } from '@p2pspec/generated/interfaces/stream'
import type { Clock } from '../../../core/clock.ts'
import type { PrivateKey } from '../../../crypto/keys.ts'
import type { QuicDatagrams } from './quic-datagrams.ts'

export interface QuicLibraryOptions {
  readonly privateKey: PrivateKey
  readonly clock: Clock
  readonly idleTimeoutMs: number
  /** Take datagrams, and say so in every handshake. */
  readonly datagrams: boolean
}

/** One end of a QUIC connection. */
export interface QuicEnd {
  /** An IP address. */
  readonly host: string
  readonly port: number
}

//= QUIC-PARAMETER-1, QUIC-PARAMETER-2, QUIC-PARAMETER-3
/** What the transport asks of a QUIC library, which also judges packets and transport parameters: handshakes that prove both identities, and streams. All that may vary stands behind it. */
export interface QuicLibrary {
  /** Rejects with a `TransportError`, or with the signal's reason; then nothing is left of the dial. */
  dial(to: QuicEnd, signal: AbortSignal): Promise<QuicLink>
  /** Calls back with each connection whose remote has proven who it is. */
  listen(at: QuicEnd, onLink: (link: QuicLink) => void): Promise<QuicListening>
  /** Lets go of the sockets that dials share. */
  stop(): void
}

export interface QuicListening {
  readonly port: number
  /** Ends the connections that came in here too: they live on the same socket. */
  close(): Promise<void>
}

/** A connection whose remote has proven who it is. */
export interface QuicLink {
  readonly remotePeer: PeerId
  readonly remotePublicKey: Uint8Array | undefined
  readonly remote: QuicEnd
  readonly local: QuicEnd | undefined
  /** The smoothed round-trip time. */
  readonly roundTripMs: number
  /** Undefined where they were not asked for, or the library has none. */
  readonly datagrams?: QuicDatagrams | undefined
  /** The next stream that the remote opens; undefined after a graceful end. Rejects with a `QuicError` when the connection is lost. */
  accept(): Promise<QuicPipe | undefined>
  /** Waits for the remote's leave. */
  open(): Promise<QuicPipe>
  /** Resolves when what was written has left, as many bytes as the remote has not answered. */
  flushed(byteCount: number): Promise<void>
  /** Ends at once; to the remote it is a graceful end. */
  close(): void
}

/** One stream as the library gives it. One read and one write at a time; both fail with a `QuicError`, at once or later. */
export interface QuicPipe {
  /** The number of the stream in QUIC. */
  readonly id: number
  /** Null at the end. */
  read(maxBytes: number): MaybePromise<Uint8Array | null>
  /** Over when the library has taken all of it. */
  write(chunk: Uint8Array): MaybePromise<void>
  /** The end of this side's bytes. */
  finish(): void
  /** Drops what has not left. */
  reset(): void
  /** Asks the remote to send no more. */
  stopReading(): void
}
