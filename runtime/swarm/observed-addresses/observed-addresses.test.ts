import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t from 'tap'
import { SeededRandom } from '../../core/random.ts'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { judgeObservation } from './claim.ts'
import { ObservedAddresses } from './observed-addresses.ts'

const { observersToConfirm, observersToKeep, maxPerListener, maxObservations, observationTtl } =
  limits.observedAddresses
const listening = [multiaddr('/ip4/192.168.1.5/tcp/4001'), multiaddr('/ip4/192.168.1.5/tcp/4002/ws')]
const local = multiaddr('/ip4/192.168.1.5/tcp/4001')

class Bench {
  readonly clock = new SimulatedClock()
  listening: readonly Multiaddr[] = listening
  changes = 0
  readonly table = new ObservedAddresses({
    clock: this.clock,
    listening: () => this.listening,
    onChanged: () => (this.changes += 1),
  })

  /** A peer connects from there and says what it sees; the connection is given. */
  observe(remote: string, observed: string, connection: object = {}): object {
    this.table.observe(connection, { observed: multiaddr(observed), local, remote: multiaddr(remote) })
    return connection
  }

  get confirmed(): readonly string[] {
    return this.table.confirmed.map(String)
  }
}

await t.test('an address counts once so many networks have seen it, and not before [ID-OBS-5]', async (t) => {
  const bench = new Bench()
  const seen = '/ip4/203.0.113.9/tcp/40123'
  for (let host = 1; host < 50; host += 1) bench.observe(`/ip4/198.51.100.${host}/tcp/4001`, seen)
  for (let part = 1; part < 50; part += 1) bench.observe(`/ip4/198.51.${part}.1/tcp/4001`, seen)
  t.same(bench.confirmed, [], 'fifty hosts of one network are one observer')
  const connections: object[] = []
  for (let network = 1; network < observersToConfirm; network += 1) {
    t.same(bench.confirmed, [])
    connections.push(bench.observe(`/ip4/20.${network}.1.1/tcp/4001`, seen))
  }
  t.same(bench.confirmed, [seen])
  t.equal(bench.changes, 1)
  for (const connection of connections) bench.table.closed(connection)
  await bench.clock.advance(observationTtl - 1)
  t.same(bench.confirmed, [seen], 'a word counts a while after its connection')
  await bench.clock.advance(2)
  t.ok(observersToKeep > 1)
  t.same(bench.confirmed, [], 'one network alone keeps no address')
  t.equal(bench.clock.timerCount, 0)
})

await t.test(
  'an IPv6 address is not confirmed by one owner of a /32, however many networks it makes of it [ID-OBS-5]',
  (t) => {
    const bench = new Bench()
    const at = multiaddr('/ip6/2a01:4f8::5/tcp/4001')
    bench.listening = [at]
    const seen = '/ip6/2a01:4f8::9/tcp/4001'
    const observe = (remote: string): void => {
      bench.table.observe({}, { observed: multiaddr(seen), local: at, remote: multiaddr(remote) })
    }
    for (let part = 1; part < 500; part += 1) observe(`/ip6/2a02:8071:${part.toString(16)}::1/tcp/4001`)
    t.same(bench.confirmed, [], 'five hundred /48 of one /32 are one observer')
    for (let owner = 1; owner < observersToConfirm; owner += 1) observe(`/ip6/2a0${owner + 2}:1::1/tcp/4001`)
    t.same(bench.confirmed, [seen])
    t.end()
  },
)

await t.test('a word that is taken back counts no more, and one that is said again counts once [ID-OBS-5]', (t) => {
  const bench = new Bench()
  const connection = {}
  for (let count = 0; count < 10; count += 1) {
    bench.observe('/ip4/198.51.100.1/tcp/1', '/ip4/203.0.113.9/tcp/1', connection)
    bench.observe('/ip4/198.51.100.1/tcp/1', '/ip4/203.0.113.9/tcp/2', connection)
  }
  t.equal(bench.table.size, 1)
  for (let network = 1; network <= 4; network += 1)
    bench.observe(`/ip4/20.${network}.1.1/tcp/1`, '/ip4/203.0.113.9/tcp/5')
  t.same(bench.confirmed, ['/ip4/203.0.113.9/tcp/5'])
  for (let network = 1; network <= 3; network += 1)
    bench.observe(`/ip4/20.${network}.1.2/tcp/1`, '/ip4/203.0.113.9/tcp/6')
  t.same(bench.confirmed, [], 'three of the four see it elsewhere now')
  t.end()
})

await t.test('of each listener the few addresses that most see are told; a listener that is gone has none', (t) => {
  const bench = new Bench()
  for (let port = 1; port <= 6; port += 1) {
    for (let network = 0; network < observersToConfirm + port; network += 1)
      bench.observe(`/ip4/2${port}.${network}.1.1/tcp/1`, `/ip4/203.0.113.9/tcp/${port}`)
  }
  t.equal(bench.confirmed.length, maxPerListener)
  t.same(
    bench.confirmed,
    [6, 5, 4].map((port) => `/ip4/203.0.113.9/tcp/${port}`),
  )
  bench.listening = [multiaddr('/ip4/192.168.1.5/tcp/4002/ws')]
  bench.table.listenersChanged()
  t.same(bench.confirmed, [])
  t.equal(bench.table.size, 0)
  t.end()
})

await t.test('what cannot be an address of a listener of this node is ignored, and why is said [ID-OBS-6]', (t) => {
  const judge = (observed: string, remote = '/ip4/198.51.100.1/tcp/1', at: Multiaddr = local): string => {
    const judgement = judgeObservation(
      { observed: multiaddr(observed), local: at, remote: multiaddr(remote) },
      listening,
    )
    return 'claim' in judgement ? `${judgement.claim.address} by ${judgement.claim.observer}` : judgement.ignored
  }
  t.equal(judge('/ip4/203.0.113.9/tcp/7'), '/ip4/203.0.113.9/tcp/7 by 198.51.0.0/16')
  t.equal(
    judge('/ip4/203.0.113.9/tcp/7/p2p/12D3KooWBtiLEMCzwWmJK1w5E8SJaRX9Jv5BTx9sJzjyESJ4K8an'),
    '/ip4/203.0.113.9/tcp/7 by 198.51.0.0/16',
    'js names this node behind it',
  )
  t.equal(
    judge('/ip4/203.0.113.9/tcp/7', '/ip4/198.51.100.1/tcp/1', multiaddr('/ip4/192.168.1.5/tcp/4002/ws')),
    '/ip4/203.0.113.9/tcp/7/ws by 198.51.0.0/16',
    'what follows the port is that of the listener',
  )
  t.equal(judge('/ip4/192.168.1.9/tcp/7', '/ip4/192.168.1.7/tcp/1'), '/ip4/192.168.1.9/tcp/7 by 192.168.1.7/32')
  for (const [observed, reason, remote, at] of [
    ['/ip4/203.0.113.9/udp/7', /another transport/],
    ['/ip6/2001:db8::1/tcp/7', /another family/],
    ['/ip4/203.0.113.9', /no IP address with a port/],
    ['/ip4/203.0.113.9/tcp/0', /no IP address with a port/],
    ['/dns4/example.com/tcp/7', /no IP address with a port/],
    ['/ip4/0.0.0.0/tcp/7', /no single host/],
    ['/ip4/224.0.0.1/tcp/7', /no single host/],
    ['/ip4/255.255.255.255/tcp/7', /no single host/],
    ['/ip4/127.0.0.1/tcp/7', /this machine/],
    ['/ip4/203.0.113.9/tcp/7', /this machine/, '/ip4/127.0.0.1/tcp/1'],
    ['/ip4/10.0.0.1/tcp/7', /private, its observer is not/],
    ['/ip4/203.0.113.9/tcp/7', /public, its observer is not/, '/ip4/10.0.0.2/tcp/1'],
    ['/ip4/192.168.1.5/tcp/4001', /listens there anyway/, '/ip4/192.168.1.7/tcp/1'],
    ['/ip4/203.0.113.9/tcp/7', /does not end at a listener/, '/ip4/198.51.100.1/tcp/1', '/ip4/192.168.1.5/tcp/50000'],
    ['/ip4/203.0.113.9/tcp/7', /no IP addresses/, '/memory/1'],
    ['/ip4/203.0.113.9/tcp/7', /no IP addresses/, '/ip4/198.51.100.1/tcp/1', '/memory/1'],
    [`/ip4/203.0.113.9/tcp/7/p2p/12D3KooWBtiLEMCzwWmJK1w5E8SJaRX9Jv5BTx9sJzjyESJ4K8an/p2p-circuit`, /relay/],
  ] as const) {
    t.match(judge(observed, remote, at === undefined ? local : multiaddr(at)), reason, observed)
  }
  t.end()
})

await t.test(
  'arbitrary addresses are judged without a throw, and a claim is always an address of the asked kind [ID-OBS-6]',
  (t) => {
    const part = fc.constantFrom(
      '/ip4/203.0.113.9',
      '/ip4/10.1.1.1',
      '/ip6/2001:db8::9',
      '/ip6/::1',
      '/tcp/7',
      '/udp/9',
      '/ws',
      '/quic-v1',
      '/p2p-circuit',
      '/dns4/example.com',
      '/unix/%2Ftmp%2Fx',
      '/p2p/12D3KooWBtiLEMCzwWmJK1w5E8SJaRX9Jv5BTx9sJzjyESJ4K8an',
      '/ip6zone/eth0',
    )
    const address = fc.array(part, { maxLength: 5 }).map((parts) => multiaddr(parts.join('')))
    fc.assert(
      fc.property(address, address, address, (observed, at, remote) => {
        const judgement = judgeObservation({ observed, local: at, remote }, listening)
        return 'ignored' in judgement || /^\/ip4\/[\d.]+\/tcp\/\d+(\/ws)?$/.test(judgement.claim.address.toString())
      }),
      { numRuns: 2_000 },
    )
    t.end()
  },
)

await t.test(
  'in a world of honest and lying peers behind a NAT that moves, the truth is told and no lie is [ID-OBS-5]',
  async (t) => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    for (let round = 0; round < 20; round += 1) {
      const random = new SeededRandom(seed + round)
      const bench = new Bench()
      const lies = new Set<string>()
      let truth = '/ip4/203.0.113.1/tcp/40001'
      const truths = new Set([truth])
      const open: object[] = []
      for (let step = 0; step < 600; step += 1) {
        const roll = random.below(100)
        if (roll < 55)
          open.push(bench.observe(`/ip4/${20 + random.below(60)}.${random.below(250)}.1.1/tcp/4001`, truth))
        else if (roll < 80) {
          // Liars have as many hosts and ports as they like, in one network fewer than are believed.
          const network = random.below(observersToConfirm - 1)
          const lie = `/ip4/198.18.${random.below(3)}.9/tcp/${1 + random.below(3)}`
          lies.add(lie)
          open.push(
            bench.observe(
              `/ip4/185.${network}.${random.below(250)}.${1 + random.below(250)}/tcp/${1 + random.below(9_999)}`,
              lie,
            ),
          )
        } else if (roll < 95) {
          const [connection] = open.splice(random.below(Math.max(1, open.length)), 1)
          if (connection !== undefined) bench.table.closed(connection)
        } else if (roll < 97) {
          // The NAT has moved: connections through it are gone.
          for (const connection of open.splice(0)) bench.table.closed(connection)
          truth = `/ip4/203.0.113.${1 + random.below(200)}/tcp/${40_000 + random.below(9)}`
          truths.add(truth)
        } else await bench.clock.advance(random.below(observationTtl))
        const told = bench.confirmed
        t.notOk(
          told.some((address) => lies.has(address)),
          `seed ${seed + round}, step ${step}: no lie is told`,
        )
        if (told.some((address) => !truths.has(address))) t.fail(`seed ${seed + round}: told ${told.join(', ')}`)
        if (bench.table.size > maxObservations) t.fail(`seed ${seed + round}: ${bench.table.size} words`)
      }
      for (const connection of open.splice(0)) bench.table.closed(connection)
      await bench.clock.advance(observationTtl + 1)
      for (let network = 1; network <= observersToConfirm; network += 1)
        open.push(bench.observe(`/ip4/90.${network}.0.1/tcp/4001`, truth))
      t.same(bench.confirmed, [truth], `seed ${seed + round}: the truth alone is told in the end`)
      for (const connection of open) bench.table.closed(connection)
      await bench.clock.advance(observationTtl + 1)
      t.same(bench.confirmed, [])
      t.equal(bench.clock.timerCount + bench.table.size, 0, 'nothing is left')
    }
  },
)

await t.test('however many say whatever, so many words are remembered and no more', (t) => {
  const bench = new Bench()
  for (let count = 0; count < 3 * maxObservations; count += 1)
    bench.observe(`/ip4/${20 + (count >> 8)}.${count & 0xff}.1.1/tcp/1`, `/ip4/203.0.113.9/tcp/${1 + count}`)
  t.equal(bench.table.size, maxObservations)
  t.same(bench.confirmed, [])
  t.end()
})
