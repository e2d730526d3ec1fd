import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t from 'tap'
import type { DialError } from './dial-error.ts'
import { planDials } from './dial-plan.ts'
import { formatExplanation } from './format-explanation.ts'
import { InboundLimits } from './inbound-limits.ts'
import { resolveNames } from './resolve-names.ts'
import { failureOf, peer, self, simulate } from './simulated-dialer.ts'

void t.test('public addresses start 250 ms apart, IPv6 first, and a relay waits', async (t) => {
  const { clock, starts, dialer } = simulate(() => undefined)
  const failed = failureOf(
    dialer.dial([
      `/ip4/192.0.2.1/tcp/1/p2p/${self}/p2p-circuit/p2p/${peer}`,
      `/ip4/192.0.2.2/tcp/1/p2p/${peer}`,
      '/ip6/2001:db8::1/tcp/1',
    ]),
  )
  await clock.advance(1000)
  t.same(
    starts.map(({ at }) => at),
    [0, 250, 500],
  )
  t.match(starts[0]?.address, /^\/ip6/)
  t.match(starts[2]?.address, /p2p-circuit$/)
  await clock.advance(60_000)
  t.equal((await failed).code, 'timeout')
})

void t.test('no plan dials more at once than allowed, and every address is tried or said why not', async () => {
  const host = fc.constantFrom('/ip4/10.0.0.', '/ip4/192.0.2.')
  const address = fc.record({
    host,
    last: fc.nat(60),
    protocol: fc.constantFrom('tcp', 'udp'),
    after: fc.option(fc.nat(3000), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(address, { minLength: 1, maxLength: 20 }), async (list) => {
      const delays = new Map(list.map(({ host, last, protocol, after }) => [`${host}${last}/${protocol}/1`, after]))
      const { clock, starts, running, dialer } = simulate((address) => delays.get(address))
      const given = [...delays.keys()]
      const failed = failureOf(dialer.dial([...given, `/p2p/${peer}`]))
      await clock.advance(61_000)
      const { data } = await failed
      const planned = planDials(
        given
          .filter((one) => one.includes('tcp'))
          .map((one) => ({ address: multiaddr(one), source: 'given' as const })),
      )
      const order = planned.map(({ address }) => address.toString())
      return (
        running.most <= limits.dialer.maxDialsPerPeer &&
        running.now === 0 &&
        starts.every(({ address }, index) => address === order[index]) &&
        given.every((one) => data.attempts.some(({ address }) => address.toString() === one))
      )
    }),
    { numRuns: 25 },
  )
})

void t.test('an address that failed is left alone for longer each time, unless the caller names it', async (t) => {
  const { clock, starts, book, dialer } = simulate(() => 10)
  const address = multiaddr('/ip4/192.0.2.1/tcp/1')
  book.addAddresses(peer, [address], 'identified')
  const dial = async (target: Parameters<typeof dialer.dial>[0]): Promise<DialError> => {
    const failed = failureOf(dialer.dial(target))
    await clock.advance(20)
    return await failed
  }
  t.equal((await dial(peer)).code, 'dial-failed')
  t.equal((await dial(peer)).code, 'backing-off')
  t.equal(starts.length, 1)
  const [choice] = dialer.explain(peer).addresses
  t.equal(choice?.rank, undefined)
  t.ok((choice?.backOffMs ?? 0) > 4000)
  t.match(formatExplanation(dialer.explain(peer)), /not dialled: .*left alone/)
  await dial(`${address}/p2p/${peer}`)
  t.equal(starts.length, 2)
  t.ok((dialer.explain(peer).addresses[0]?.backOffMs ?? 0) > 5900, 'the second wait is longer')
  await clock.advance(10_000)
  await dial(peer)
  t.equal(starts.length, 3)
})

void t.test('a dial ends when the last who waits for it gives up', async (t) => {
  const { clock, running, dialer } = simulate(() => undefined)
  const stop = new AbortController()
  const dial = dialer.dial('/ip4/192.0.2.1/tcp/1', { signal: stop.signal })
  await clock.settle()
  t.equal(running.now, 1)
  stop.abort(new Error('enough'))
  await t.rejects(dial, { message: 'enough' })
  await clock.settle()
  t.equal(running.now, 0)
  t.equal(clock.timerCount, 0)
})

void t.test('what the gater refuses is not dialled and said', async (t) => {
  const { clock, starts, dialer } = simulate(() => 1, {
    gater: { judge: ({ step }) => (step === 'address' ? { allow: false, reason: 'on the list' } : { allow: true }) },
  })
  const failed = failureOf(dialer.dial('/ip4/192.0.2.1/tcp/1'))
  await clock.settle()
  t.equal((await failed).code, 'denied')
  t.match((await failed).message, /on the list/)
  t.equal(starts.length, 0)
})

void t.test('names that lie cost so many questions and no more, and another peer is left out', async (t) => {
  let asked = 0
  const loops = {
    addresses: async () => [],
    texts: async () => ((asked += 1), ['dnsaddr=/dnsaddr/a.test', 'dnsaddr=/dnsaddr/b.test']),
  }
  const { signal } = new AbortController()
  await t.rejects(resolveNames(multiaddr('/dnsaddr/a.test'), undefined, loops, { signal }), /leads back to itself/)
  t.equal(asked, 2, 'no name is asked for twice')
  const chain = { ...loops, texts: async () => [`dnsaddr=/dnsaddr/${(asked += 1)}.test`] }
  await t.rejects(resolveNames(multiaddr('/dnsaddr/a.test'), undefined, chain, { signal }), /deep and no deeper/)
  t.ok(asked <= 2 + limits.dialer.maxDnsDepth)
  const tree = {
    ...loops,
    texts: async () => Array.from({ length: 16 }, () => `dnsaddr=/dnsaddr/${(asked += 1)}.test`),
  }
  asked = 0
  await t.rejects(
    resolveNames(multiaddr('/dnsaddr/a.test'), undefined, tree, { signal }),
    /deep and no deeper|and no more/,
  )
  t.ok(asked <= 16 * limits.dialer.maxDnsLookups)
  const long = {
    ...loops,
    texts: async () => [`dnsaddr=/dns4/${'a.'.repeat(limits.dialer.maxDnsTextBytes)}test/tcp/1`],
  }
  await t.rejects(resolveNames(multiaddr('/dnsaddr/a.test'), undefined, long, { signal }), /no record of use/)
  const lies = {
    addresses: async () => ['192.0.2.9', 'not an address'],
    texts: async () => [
      'junk',
      'dnsaddr=/x',
      `dnsaddr=/dns4/c.test/tcp/1/p2p/${peer}`,
      `dnsaddr=/ip4/192.0.2.8/tcp/1/p2p/${self}`,
    ],
  }
  const found = await resolveNames(multiaddr('/dnsaddr/a.test'), peer, lies, { signal })
  t.same(found.map(String), ['/ip4/192.0.2.9/tcp/1'])
})

void t.test('one host or network holds so many inbound connections; this machine is not counted', async (t) => {
  const inbound = new InboundLimits()
  const leave = Array.from({ length: 8 }, (_, at) => inbound.admit(multiaddr(`/ip6/2001:db8:0:${at}::1/tcp/1`)))
  t.throws(() => inbound.admit(multiaddr('/ip6/2001:db8:0:9::1/tcp/1')), { code: 'too-many-from-host' })
  for (const one of leave) one()
  t.equal(inbound.size, 0)
  for (let at = 0; at < 20; at += 1) inbound.admit(multiaddr('/ip4/127.0.0.1/tcp/1'))
})
