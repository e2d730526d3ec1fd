// Generated from spec/interfaces/transport.yaml sha256:d47fd29bb068f5adff0b4d5a1a8f0f451c5ef16a396f8b9c68d2d947ff6516c4
// Do not edit: change the spec and run `p2pspec generate`.
import type { Multiaddr } from '@multiformats/multiaddr'
import type { AbortOptions, ByteDuplex } from './stream.ts'

/** A raw, unencrypted channel, with the addresses of its two ends. */
export interface RawConnection {
  readonly channel: ByteDuplex
  readonly localAddress: Multiaddr
  readonly remoteAddress: Multiaddr
}

export interface TransportListener {
  /**
   * The addresses that this listener really has, ports filled in.
   * - TRN-LISTEN-1: Once listening, the listener can be dialled at each address that it names.
   */
  readonly addresses: readonly Multiaddr[]
  /** - TRN-LISTEN-2: After a close no new connection comes in, and the address can be listened on again; connections that stand are left alone. */
  close(): Promise<void>
}

export interface Transport {
  readonly name: string
  /** - TRN-ADDRESS-1: An address that is not of this transport is said no to, without an error and without a look at the network. */
  canDial(address: Multiaddr): boolean
  /** - TRN-ADDRESS-1: An address that is not of this transport is said no to, without an error and without a look at the network. */
  canListen(address: Multiaddr): boolean
  /**
   * - TRN-DIAL-1: An aborted call rejects with the signal's reason and leaves no socket open.
   * - TRN-DIAL-2: An address that nobody listens on rejects with an error that names the address.
   */
  dial(address: Multiaddr, options?: AbortOptions): Promise<RawConnection>
  /**
   * - TRN-LISTEN-1: Once listening, the listener can be dialled at each address that it names.
   * - TRN-DIAL-1: An aborted call rejects with the signal's reason and leaves no socket open.
   */
  listen(address: Multiaddr, onConnection: (connection: RawConnection) => void, options?: AbortOptions): Promise<TransportListener>
}
