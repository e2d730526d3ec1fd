import type { Multiaddr } from '@multiformats/multiaddr'
import type { AbortOptions, ByteDuplex } from './stream.ts'

/** A raw, unencrypted channel, with the addresses of its two ends. */
export interface RawConnection {
  readonly channel: ByteDuplex
  readonly localAddress: Multiaddr
  readonly remoteAddress: Multiaddr
}

export interface TransportListener {
  /** The addresses that this listener really has, ports filled in. */
  readonly addresses: readonly Multiaddr[]
  close(): Promise<void>
}

export interface Transport {
  readonly name: string
  canDial(address: Multiaddr): boolean
  canListen(address: Multiaddr): boolean
  dial(address: Multiaddr, options?: AbortOptions): Promise<RawConnection>
  listen(address: Multiaddr, onConnection: (connection: RawConnection) => void, options?: AbortOptions): Promise<TransportListener>
}
