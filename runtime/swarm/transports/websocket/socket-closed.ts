import type { Socket } from 'node:net'

/** Resolves once the socket is gone, whatever ended it. */
export function socketClosed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve()
  return new Promise((resolve) => socket.once('close', () => resolve()))
}
