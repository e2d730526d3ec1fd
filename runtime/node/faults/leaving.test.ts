import { Buffer } from 'node:buffer'
import { limits } from '@p2pspec/generated/common/limits'
import { encodeHeader, HeaderFlags, HeaderKind } from '@p2pspec/generated/protocols/yamux/layout'
import t from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { mplex } from '../../protocols/mplex/mplex.ts'
import { yamux } from '../../protocols/yamux/yamux.ts'
import type { SwarmConnection } from '../../swarm/connection.ts'
import { createNode } from '../create-node.ts'
import { rawClient } from './raw-client.ts'

// A wait in vain is a failure.
t.setTimeout(60_000)

const proposal = Buffer.from('\x13/multistream/1.0.0\n\x06/fill\n')
const yamuxOpening = Buffer.concat([
  encodeHeader({ kind: HeaderKind.data, flags: HeaderFlags.syn, streamId: 1, length: proposal.length }),
  proposal,
  encodeHeader({ kind: HeaderKind.windowUpdate, flags: 0, streamId: 1, length: 50_000_000 }),
])
const mplexOpening = Buffer.concat([Buffer.from([0, 1, 48, 2, proposal.length]), proposal])
const nonsense = Buffer.alloc(12, 0xff)

for (const { muxer, opening } of [
  { muxer: yamux, opening: yamuxOpening },
  { muxer: mplex, opening: mplexOpening },
]) {
  const { protocol } = muxer()
  t.test(
    `a remote that breaks ${protocol}, ends and reads nothing more keeps its socket for a time only`,
    async (t) => {
      const clock = new SimulatedClock()
      const node = await createNode({ clock, listen: ['/ip4/127.0.0.1/tcp/0'], muxers: [muxer({ clock })] })
      t.teardown(() => node.stop())
      const filled = Promise.withResolvers<void>()
      node.handle('/fill', (stream) => {
        // More than the buffers of the two systems between the ends.
        for (let count = 0; count < 200; count += 1) {
          if (stream.writeNow(new Uint8Array(65_536))) continue
          stream.consume({
            push: () => undefined,
            end: () => undefined,
            fail: () => undefined,
            drain: () => {
              if (stream.writeStatus === 'open') stream.writeNow(new Uint8Array(2_000_000))
            },
          })
          filled.resolve()
          return
        }
      })
      const closed = new Promise<SwarmConnection>((resolve) => {
        node.events.on('connection-closed', ({ connection }) => resolve(connection))
      })
      const { socket, channel } = await rawClient(node.addresses[0] ?? '', protocol)
      t.teardown(() => socket.destroy())
      socket.pause()
      channel.writeNow(opening)
      await filled.promise
      channel.writeNow(nonsense)
      await clock.settle()
      socket.end()
      const connection = await closed
      t.equal(node.resources().system.used.connections, 0)
      let isReleased = false
      void connection.released.then(() => {
        isReleased = true
      })
      await clock.advance(limits.swarm.leaveTimeout - 1)
      t.notOk(isReleased, 'what it was told may still be on its way')
      await clock.advance(2)
      await connection.released
      t.ok(isReleased, 'the socket is gone')
    },
  )
}
