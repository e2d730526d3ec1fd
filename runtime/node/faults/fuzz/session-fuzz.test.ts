import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import t from 'tap'
import { yamux } from '../../../protocols/yamux/yamux.ts'
import { SessionFuzz } from './session-fuzz.ts'

t.setTimeout(120_000)

// The long run of the same: `npm run fuzz`.
void t.test(
  'a node whose remotes damage what they send, in any layer, fails by code alone, serves others and keeps nothing',
  async (t) => {
    await using fuzz = await SessionFuzz.start()
    await fuzz.batch(1, 64)
    t.same(fuzz.faults, [])
    t.equal(fuzz.sessions, 64)
    const reached = [...fuzz.endings.keys()].join(' ')
    for (const layer of ['Noise', 'Yamux', 'Mplex', 'Driver', 'Transport']) t.match(reached, layer)
  },
)

void t.test('a bug behind a handshake is found', async (t) => {
  const sound = yamux()
  const faulty: StreamMuxer = {
    protocol: sound.protocol,
    start: (channel, direction, connection, events) => {
      const session = sound.start(channel, direction, connection, events)
      channel.consume({
        push: () => session.abort(new TypeError('a bug')),
        end: () => undefined,
        fail: (error) => session.abort(error),
      })
      return session
    },
  }
  await using fuzz = await SessionFuzz.start({ muxers: [faulty] })
  await fuzz.batch(1, 8)
  t.match(fuzz.faults.join('\n'), /a bug/)
  t.match(fuzz.faults.join('\n'), /was not served/)
})
