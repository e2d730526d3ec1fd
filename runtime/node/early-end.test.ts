import t from 'tap'
import { limits } from '@p2pspec/generated/common/limits'
import { generatePrivateKey } from '../crypto/keys.ts'
import { peerIdFromPublicKey } from '../crypto/peer-id.ts'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { SwarmConnection } from '../swarm/connection.ts'
import { createNode } from './create-node.ts'
import { EarlyEnds } from './early-end.ts'

const somebody = (): PeerId => peerIdFromPublicKey(generatePrivateKey('ed25519').publicKey)

void t.test('a peer takes early ends while its last word is that of an agent known for it', (t) => {
  const ends = new EarlyEnds()
  const peer = somebody()
  t.equal(ends.takes(peer), false)
  for (const agent of ['p2pspec/0.1.0', 'go-libp2p/0.51.0', 'rust-libp2p/0.57.1']) {
    ends.learn(peer, agent)
    t.equal(ends.takes(peer), true, agent)
    t.equal(ends.takes(somebody()), false)
    for (const other of ['js-libp2p/3.3.11', 'xgo-libp2p/1', '', undefined]) {
      ends.learn(peer, other)
      t.equal(ends.takes(peer), false, `${other}`)
      ends.learn(peer, agent)
    }
  }
  t.end()
})

void t.test('so many peers are remembered, and the one that spoke longest ago is forgotten first', (t) => {
  const ends = new EarlyEnds()
  const { maxRememberedAgents } = limits.identify
  const peers = Array.from({ length: maxRememberedAgents }, somebody)
  for (const peer of peers) ends.learn(peer, 'p2pspec/0.1.0')
  const [first, second, third] = peers
  if (first === undefined || second === undefined || third === undefined) throw new Error('three peers')
  ends.learn(first, 'p2pspec/0.1.0')
  ends.learn(somebody(), 'p2pspec/0.1.0')
  t.same(
    [first, second, third].map((peer) => ends.takes(peer)),
    [true, false, true],
  )
  t.end()
})

void t.test('a connection to a peer that was met before takes early ends from its first moment', async (t) => {
  const listener = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
  const dialer = await createNode({})
  t.teardown(async () => {
    await Promise.all([dialer.stop(), listener.stop()])
  })
  const [address] = listener.addresses
  if (address === undefined) throw new Error('the listener has no address')
  const took: boolean[] = []
  dialer.events.on('connection-opened', ({ connection }) => took.push(isTaker(connection)))
  for (let round = 0; round < 2; round += 1) {
    const identified = new Promise((resolve) => dialer.events.on('peer-identified', resolve))
    const connection = await dialer.dial(address)
    await identified
    t.equal(isTaker(connection), true)
    await connection.close()
  }
  t.same(took, [false, true])
})

/** Every connection of a node is its swarm's. */
function isTaker(connection: object): boolean {
  return (connection as SwarmConnection).takesEarlyEnd
}
