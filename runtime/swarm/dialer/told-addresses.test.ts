// A remote says where it is, and this node knocks there: what a liar can make of that.
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t from 'tap'
import { addressKind, hostOf, isSingleHost } from './address-kind.ts'
import { resolveNames } from './resolve-names.ts'
import { failureOf, peer, peerFromSeed, simulate } from './simulated-dialer.ts'
import { plainAddress } from './target.ts'

const { maxAddressesPerHost, maxDnsLookupsPerDial, maxAddressesPerDial, blackHoleWindow } = limits.dialer
const outside = { fromPublic: true } as const

void t.test('whatever spelling an address in a private network has, it is known as one', (t) => {
  for (const text of [
    '/ip4/0.0.0.0/tcp/22',
    '/ip4/127.9.9.9/tcp/22',
    '/ip4/192.0.0.8/tcp/22',
    '/ip4/224.0.0.1/udp/1/quic-v1',
    '/ip4/255.255.255.255/udp/1/quic-v1',
    '/ip6/::/tcp/22',
    '/ip6/::1/tcp/22',
    '/ip6/::127.0.0.1/tcp/22',
    '/ip6/::ffff:127.0.0.1/tcp/22',
    '/ip6/::ffff:10.1.2.3/tcp/22',
    '/ip6/64:ff9b::10.1.2.3/tcp/22',
    '/ip6/64:ff9b::127.0.0.1/tcp/22',
    '/ip6/64:ff9b:1::1/tcp/22',
    '/ip6/2002:7f00:1::1/tcp/22',
    '/ip6/2002:c0a8:101::1/tcp/22',
    '/ip6/fec0::1/tcp/22',
    '/ip6/ff02::1/udp/1/quic-v1',
    '/ip6zone/lo/ip6/::1/tcp/22',
    '/unix/%2Frun%2Fx.sock',
  ])
    t.equal(addressKind(multiaddr(text)).reach, 'private', text)
  for (const text of [
    '/ip4/8.8.8.8/tcp/1',
    '/ip4/223.255.255.255/tcp/1',
    '/ip6/2002:808:808::1/tcp/1',
    '/ip6/64:ff9b::808:808/tcp/1',
    '/ip6/2606:4700::1111/tcp/1',
  ])
    t.equal(addressKind(multiaddr(text)).reach, 'public', text)
  t.end()
})

void t.test('an IPv4 address in IPv6 clothes is dialled, gated and remembered as itself', async (t) => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      const plain = plainAddress(multiaddr(`/ip6/::ffff:${ip}/tcp/1/ws`))
      return plain.toString() === `/ip4/${ip}/tcp/1/ws`
    }),
  )
  const asked: string[] = []
  const { clock, starts, dialer } = simulate(() => 1, {
    gater: {
      judge: ({ address }) => {
        if (address !== undefined) asked.push(address.toString())
        return hostOf(address ?? multiaddr())?.text === '192.0.2.66'
          ? { allow: false, reason: 'on the list' }
          : { allow: true }
      },
    },
  })
  const failed = failureOf(dialer.dial('/ip6/::ffff:192.0.2.66/tcp/1'))
  await clock.settle()
  t.equal((await failed).code, 'denied')
  t.same(asked, ['/ip4/192.0.2.66/tcp/1'])
  t.equal(starts.length, 0)
})

void t.test('inside a private network too, nobody else can make a node dial what is no single host', async (t) => {
  const { clock, starts, book, dialer } = simulate(() => 1)
  const texts = [
    '/ip4/0.0.0.0/tcp/1',
    '/ip4/239.1.1.1/tcp/1',
    '/ip4/255.255.255.255/tcp/1',
    '/ip6/::/tcp/1',
    '/ip6/ff02::1/tcp/1',
  ]
  book.addAddresses(
    peer,
    texts.map((text) => multiaddr(text)),
    'identified',
  )
  const failed = failureOf(dialer.dial(peer))
  await clock.advance(30_000)
  t.equal((await failed).data.attempts.length, texts.length, 'each is told of')
  t.same(starts, [])
})

void t.test(
  'nobody else can make a node dial no single host, itself, or out of the public network into a private one',
  async (t) => {
    const own = multiaddr('/ip4/203.0.113.1/tcp/4001')
    const texts = [
      '/ip4/0.0.0.0/tcp/1',
      '/ip4/239.1.1.1/tcp/1',
      '/ip4/255.255.255.255/tcp/1',
      '/ip6/::/tcp/1',
      '/ip6/ff02::1/tcp/1',
      own.toString(),
      '/dns4/inside.test/tcp/1',
      '/dns6/mapped.test/tcp/1',
      '/dnsaddr/bootstrap.test',
    ]
    const { clock, starts, book, dialer } = simulate(() => 1, {
      listening: () => [own],
      resolver: {
        addresses: async (name, family) =>
          family === 4
            ? ['192.168.1.1', '127.0.0.1', '0.0.0.0']
            : [`::ffff:${name === 'mapped.test' ? '10.0.0.1' : '127.0.0.1'}`],
        texts: async () => ['dnsaddr=/ip4/127.0.0.1/tcp/6379', 'dnsaddr=/dns4/inside.test/tcp/2'],
      },
    })
    for (const source of ['identified', 'hint'] as const) {
      book.addAddresses(
        peer,
        texts.map((text) => multiaddr(text)),
        source,
        outside,
      )
      const failed = failureOf(dialer.dial(peer))
      await clock.advance(30_000)
      t.ok((await failed).data.attempts.length >= texts.length, 'each is told of')
      t.same(starts, [], source)
    }
    // Who names it means it.
    const meant = failureOf(dialer.dial('/ip4/127.0.0.1/tcp/1'))
    await clock.advance(1_000)
    await meant
    t.equal(starts.length, 1)
  },
)

void t.test('a name server leads to hosts alone, never to a socket of this machine', async (t) => {
  const resolver = {
    addresses: async () => [],
    texts: async () => ['dnsaddr=/unix/%2Frun%2Fdocker.sock', 'dnsaddr=/memory/1', 'dnsaddr=/p2p-circuit'],
  }
  const { signal } = new AbortController()
  await t.rejects(resolveNames(multiaddr('/dnsaddr/a.test'), undefined, resolver, { signal }), /no record of use/)
})

void t.test('of the ports of one host a few are tried on the word of others, however many are told', async (t) => {
  const { clock, starts, book, dialer } = simulate(() => 1)
  const victim = Array.from({ length: maxAddressesPerDial - 1 }, (_, at) => multiaddr(`/ip4/203.0.113.7/tcp/${at + 1}`))
  book.addAddresses(peer, [...victim, multiaddr('/ip4/203.0.113.8/tcp/1')], 'identified')
  const failed = failureOf(dialer.dial(peer))
  await clock.advance(60_000)
  const { data } = await failed
  t.equal(starts.length, maxAddressesPerHost + 1)
  t.ok(
    starts.some(({ address }) => address.includes('203.0.113.8')),
    'another host has its own turn',
  )
  t.equal(
    data.attempts.filter(({ reason }) => reason.includes('more addresses of the same host')).length,
    victim.length - maxAddressesPerHost,
  )
})

void t.test(
  'the names of one peer cost so many questions together, however many records lie behind them',
  async (t) => {
    let asked = 0
    const { clock, book, dialer } = simulate(() => 1, {
      resolver: {
        addresses: async () => ((asked += 1), []),
        texts: async () => {
          asked += 1
          return Array.from({ length: 16 }, (_, at) => `dnsaddr=/dnsaddr/${asked}-${at}.victim.test`)
        },
      },
    })
    const names = Array.from({ length: maxAddressesPerDial }, (_, at) => multiaddr(`/dnsaddr/${at}.victim.test`))
    book.addAddresses(peer, names, 'identified')
    const failed = failureOf(dialer.dial(peer))
    await clock.advance(60_000)
    await failed
    t.equal(asked, maxDnsLookupsPerDial)
  },
)

void t.test('a peer that names the address of another makes nobody leave that one alone', async (t) => {
  const alice = peerFromSeed(3)
  const mallory = peerFromSeed(4)
  const address = multiaddr('/ip4/203.0.113.20/tcp/1')
  const { clock, book, dialer } = simulate(() => undefined, {
    // Somebody answers there and is not Mallory.
    connect: async ({ onAnswer, peer: wanted }) => {
      onAnswer()
      throw new Error(`Alice answered where ${wanted} was wanted`)
    },
  })
  for (const one of [alice, mallory]) book.addAddresses(one, [address], 'identified')
  for (let round = 0; round < 5; round += 1) {
    const failed = failureOf(dialer.dial(mallory))
    await clock.advance(1)
    await failed
    await clock.advance(400_000)
    book.addAddresses(mallory, [address], 'identified')
  }
  const failed = failureOf(dialer.dial(mallory))
  await clock.advance(1)
  await failed
  book.addAddresses(alice, [address], 'identified')
  t.ok((dialer.explain(mallory).addresses[0]?.backOffMs ?? 0) > 0, 'the liar itself is left alone')
  t.equal(dialer.explain(alice).addresses[0]?.backOffMs, 0)
  t.equal(dialer.explain(alice).addresses[0]?.rank, 0)
})

void t.test('an address that nobody answers at is left alone for all peers that name it', async (t) => {
  const { clock, starts, book, dialer } = simulate(() => 1)
  for (let seed = 10; seed < 30; seed += 1) {
    const one = peerFromSeed(seed)
    book.addAddresses(one, [multiaddr('/ip4/203.0.113.30/tcp/1')], 'identified')
    const failed = failureOf(dialer.dial(one))
    await clock.advance(1)
    await failed
  }
  t.equal(starts.length, 1, 'twenty peers that name one victim cost it one connection')
})

void t.test('peers that name dead addresses by the dozen close no path to the others', async (t) => {
  const { clock, book, dialer } = simulate(() => 1)
  for (let seed = 10; seed < 14; seed += 1) {
    const liar = peerFromSeed(seed)
    const dead = Array.from({ length: 60 }, (_, at) => multiaddr(`/ip6/2606:4700:${seed}:${at}::1/tcp/1`))
    book.addAddresses(liar, dead, 'identified')
    const failed = failureOf(dialer.dial(liar))
    await clock.advance(60_000)
    t.ok((await failed).data.attempts.length >= 60)
  }
  const honest = peerFromSeed(99)
  book.addAddresses(honest, [multiaddr('/ip6/2606:4700:99::1/tcp/1')], 'identified')
  t.equal(dialer.explain(honest).addresses[0]?.rank, 0)
  // Where a hundred peers are out of reach, the path is at fault.
  for (let seed = 100; seed < 100 + blackHoleWindow; seed += 1) {
    const gone = peerFromSeed(seed)
    book.addAddresses(gone, [multiaddr(`/ip6/2606:4700:${seed}::1/tcp/1`)], 'identified')
    const failed = failureOf(dialer.dial(gone))
    await clock.advance(1_000)
    await failed
  }
  book.addAddresses(honest, [multiaddr('/ip6/2606:4700:99::1/tcp/1')], 'identified')
  t.equal(dialer.explain(honest).addresses[0]?.rank, undefined)
})

void t.test('what no single host has is told apart', (t) => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      const first = Number(ip.split('.')[0])
      return isSingleHost({ text: ip, family: 4, isPrivate: false }) === (first >= 1 && first <= 223)
    }),
  )
  t.end()
})
