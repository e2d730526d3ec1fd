import type { Socket } from 'node:net'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'

/** A byte duplex on a socket of Node, which a layer that works on sockets itself may take over: each byte then crosses JavaScript once. */
export interface SocketCarrier extends ByteDuplex {
  /**
   * Gives the socket away once all that was written has left; what was read and not consumed is put back in front of it.
   * From then on the duplex neither reads nor writes; its reset still destroys the socket.
   */
  detachSocket(): Promise<Socket>
}

export function isSocketCarrier(duplex: ByteDuplex): duplex is SocketCarrier {
  return 'detachSocket' in duplex
}
