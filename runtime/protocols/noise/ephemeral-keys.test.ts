import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import t from 'tap'
import { EphemeralKeys } from './ephemeral-keys.ts'
import { generateX25519Key } from './x25519-key.ts'

void t.test('no key is given out twice, whether it was made ahead or not', async (t) => {
  const clock = new SimulatedClock()
  const keys = new EphemeralKeys(clock)
  const given = new Set<string>()
  for (let round = 0; round < 21; round += 1) {
    for (let count = 0; count <= round % 3; count += 1) given.add(Buffer.from(keys.take().publicBytes).toString('hex'))
    keys.prepare()
    keys.prepare()
    clock.endTurn()
  }
  t.equal(given.size, 42)
})

void t.test('one key is made ahead, behind what leaves in the turn, and the next handshake has it', async (t) => {
  const clock = new SimulatedClock()
  const order: string[] = []
  const keys = new EphemeralKeys(clock, () => {
    order.push('key')
    return generateX25519Key()
  })
  clock.atTurnEndLast({ onTurnEnd: () => void order.push('socket') })
  keys.prepare()
  clock.atTurnEnd({ onTurnEnd: () => void order.push('muxer') })
  clock.endTurn()
  t.same(order, ['muxer', 'socket', 'key'])
  keys.take()
  t.equal(order.length, 3, 'it was there already')
  keys.take()
  t.equal(order.length, 4, 'and there was no other')
})
