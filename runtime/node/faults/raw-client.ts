import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import { fromNodeStream } from '../../core/node-stream.ts'
import { generatePrivateKey } from '../../crypto/keys.ts'
import { negotiateOutbound } from '../../protocols/multistream-select/multistream-select.ts'
import { noise } from '../../protocols/noise/noise.ts'

const privateKey = generatePrivateKey('ed25519')

export interface RawClient {
  readonly socket: Socket
  /** Behind the handshake: what is written here the muxer of the node reads. */
  readonly channel: ByteDuplex
}

/** A client that is honest up to the end of the noise handshake, and then sends what it likes. */
export async function rawClient(address: string, muxer: string): Promise<RawClient> {
  const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const carrier = fromNodeStream(socket)
  await negotiateOutbound(carrier, ['/noise'])
  const { channel } = await noise({ privateKey }).secureOutbound(carrier, { muxers: [muxer] })
  return { socket, channel }
}
