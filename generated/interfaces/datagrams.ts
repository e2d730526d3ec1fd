// Generated from spec/interfaces/datagrams.yaml sha256:b1d2fdc5b00a2966154e12183739ff119a1f5117a6f4573586b51dc409e0275b
// Do not edit: change the spec and run `p2pspec generate`.
import type { AbortOptions, MaybePromise } from './stream.ts'

/** Messages beside the streams of a connection: each arrives whole, once or not at all, in any order. No protocol is negotiated for them; who uses them for several things marks them itself. */
export interface Datagrams extends AsyncIterable<Uint8Array> {
  /**
   * The longest that `send` takes at this moment, in bytes; 0: the remote takes none.
   * - DGM-SIZE-1: A datagram that is longer than may be is refused with the length that may be, and nothing of it leaves.
   */
  readonly maxBytes: number
  /**
   * Datagrams that came and were dropped, since nobody read them in time or a budget was used up.
   * - DGM-QUEUE-1: What waits for a reader is bounded in number and in bytes; the oldest makes room for a new one, and each that is dropped is counted.
   */
  readonly droppedInbound: number
  /**
   * Datagrams of this side that `send` answered false to.
   * - DGM-QUEUE-2: What waits for the network is bounded in number and in bytes; a datagram beyond that is dropped, counted and said no to.
   */
  readonly droppedOutbound: number
  /**
   * True: it leaves as soon as the network lets it. False: as many wait already as may, or a budget is used up, and it was dropped.
   * Fails with `too-large` or `not-supported-by-remote` or `connection-over`.
   * - DGM-WHOLE-1: A datagram arrives as it was sent, whole and at most once, an empty one too.
   * - DGM-SIZE-1: A datagram that is longer than may be is refused with the length that may be, and nothing of it leaves.
   * - DGM-REMOTE-1: A remote that takes none is sent none: the call throws and says so.
   * - DGM-QUEUE-2: What waits for the network is bounded in number and in bytes; a datagram beyond that is dropped, counted and said no to.
   * - DGM-END-1: After the end of the connection what has arrived can still be read, then null; a send throws.
   */
  send(datagram: Uint8Array): boolean
  /**
   * The next one, or null at the end of the connection. At once where one waits. One reader at a time.
   * Fails with `already-reading`.
   * - DGM-WHOLE-1: A datagram arrives as it was sent, whole and at most once, an empty one too.
   * - DGM-QUEUE-1: What waits for a reader is bounded in number and in bytes; the oldest makes room for a new one, and each that is dropped is counted.
   * - DGM-END-1: After the end of the connection what has arrived can still be read, then null; a send throws.
   * - DGM-ABORT-1: An aborted call rejects with the signal's reason, and no datagram is lost by it.
   */
  receive(options?: AbortOptions): MaybePromise<Uint8Array | null>
}

/** What the datagrams of a connection may make this side hold; whoever runs the connection counts it. */
export interface DatagramBudget {
  /**
   * So many bytes more wait; false: they must not, and the datagram is dropped.
   * - DGM-BUDGET-1: What waits, either way, is counted with its overhead in the budgets of the connection, the peer and the node; where one refuses, the datagram is dropped and the connection goes on.
   */
  hold(byteCount: number): boolean
  /** So many bytes of those wait no more. */
  release(byteCount: number): void
}

/** The datagrams of a connection as its transport makes them: the swarm sets what counts them. */
export interface CarriedDatagrams extends Datagrams {
  /**
   * Set before the application sees the connection; undefined: nobody counts.
   * - DGM-BUDGET-1: What waits, either way, is counted with its overhead in the budgets of the connection, the peer and the node; where one refuses, the datagram is dropped and the connection goes on.
   */
  budget: DatagramBudget | undefined
  /** Told once a turn of how many were dropped in it; undefined: nobody is told. */
  onDropped: ((inbound: number, outbound: number) => void) | undefined
}
