import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { limits } from '@p2pspec/generated/common/limits'
import t from 'tap'
import { SimulatedClock } from '../../../core/simulated-clock.ts'
import { PendingOpenings } from './pending-openings.ts'

const { maxPendingOpenings } = limits.websocket
const { maxInboundPerAddress } = limits.dialer

t.test('one host holds no more openings that are not through than connections, whatever it sends', async (t) => {
  const clock = new SimulatedClock()
  const pending = new PendingOpenings(clock, 1_000)
  const slow = Array.from({ length: 100 }, (_, port) => visitor('192.0.2.1', port))
  for (const socket of slow) pending.add(socket)
  t.equal(slow.filter(({ destroyed }) => !destroyed).length, maxInboundPerAddress)
  const other = visitor('192.0.2.2', 1)
  pending.add(other)
  t.notOk(other.destroyed, 'others are let in')
  const near = Array.from({ length: 20 }, (_, port) => visitor('127.0.0.1', port))
  for (const socket of near) pending.add(socket)
  t.notOk(
    near.some(({ destroyed }) => destroyed),
    'this machine is not counted',
  )
  const [first = other] = slow
  pending.opened(first)
  const next = visitor('192.0.2.1', 200)
  pending.add(next)
  t.notOk(next.destroyed, 'an opening that is through makes room')
  await clock.advance(1_001)
  // A destroyed socket tells of its end in the next turn.
  await nextTurn()
  t.notOk(first.destroyed)
  t.equal(pending.size, 0)
  t.equal(clock.timerCount, 0)
  const again = visitor('192.0.2.1', 300)
  pending.add(again)
  t.notOk(again.destroyed, 'nothing of it is left')
  pending.end()
})

t.test('all hosts together hold so many openings that are not through', async (t) => {
  const clock = new SimulatedClock()
  const pending = new PendingOpenings(clock, 1_000)
  const all = Array.from({ length: maxPendingOpenings + 50 }, (_, at) => visitor(`198.51.${at >> 8}.${at & 0xff}`, 1))
  for (const socket of all) pending.add(socket)
  t.equal(pending.size, maxPendingOpenings)
  t.equal(all.filter(({ destroyed }) => destroyed).length, 50)
  pending.end()
  // A destroyed socket tells of its end in the next turn.
  await nextTurn()
  t.equal(pending.size, 0)
  t.equal(clock.timerCount, 0)
})

/** A socket that says it comes from there. */
function visitor(remoteAddress: string, remotePort: number): Socket {
  const socket = new Socket()
  Object.defineProperties(socket, { remoteAddress: { value: remoteAddress }, remotePort: { value: remotePort } })
  return socket
}
