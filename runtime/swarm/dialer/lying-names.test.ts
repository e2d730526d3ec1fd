// What a name server may say, each lie alone.
import { readdirSync } from 'node:fs'
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import t from 'tap'
import { SystemLookup } from '../system-lookup.ts'
import { serverResolver, type NameResolver } from './name-resolver.ts'
import { NameServer } from './name-server.ts'
import { resolveNames } from './resolve-names.ts'
import { failureOf, peer, simulate } from './simulated-dialer.ts'

const { maxDnsRecords, maxDnsTextBytes, maxDnsLookups, maxAddressesPerDial } = limits.dialer
const nobody: NameResolver = { addresses: async () => [], texts: async () => [] }

t.test('of the addresses of a host so many are looked at', async (t) => {
  const many = Array.from({ length: 100 }, (_, at) => `192.0.2.${at}`)
  t.equal((await behind('/dns4/many.test/tcp/1', { addresses: async () => many })).length, maxDnsRecords)
})

t.test('an address of another family than was asked for is none', async (t) => {
  const mixed = async (): Promise<readonly string[]> => ['2001:db8::1', '192.0.2.1', '::ffff:192.0.2.2']
  t.same(await behind('/dns4/mixed.test/tcp/1', { addresses: mixed }), ['/ip4/192.0.2.1/tcp/1'])
})

t.test('a record that is too long is not looked at, whatever stands in it', async (t) => {
  const record = (length: number): string => {
    const start = 'dnsaddr=/ip4/192.0.2.1/tcp/1/ws/http-path/'
    return `${start}${'x'.repeat(length - start.length)}`
  }
  const texts = (length: number) => ({ texts: async () => [record(length)] })
  t.equal((await behind('/dnsaddr/long.test', texts(maxDnsTextBytes))).length, 1)
  await t.rejects(behind('/dnsaddr/long.test', texts(maxDnsTextBytes + 1)), /no record of use/)
})

t.test('a record leads nowhere that does not end as was asked for', async (t) => {
  const texts = async (): Promise<readonly string[]> => [
    'dnsaddr=/ip4/192.0.2.1/tcp/22',
    'dnsaddr=/ip4/192.0.2.2/tcp/4001',
  ]
  t.same(await behind('/dnsaddr/a.test/tcp/4001', { texts }), ['/ip4/192.0.2.2/tcp/4001'])
})

t.test('so many addresses come out of one name, however many lie behind it', async (t) => {
  let name = 0
  const texts = async (asked: string): Promise<readonly string[]> =>
    Array.from({ length: maxDnsRecords }, (_, at) =>
      asked === '_dnsaddr.root.test' ? `dnsaddr=/dnsaddr/${at}.test` : `dnsaddr=/ip4/192.0.2.${at}/tcp/${(name += 1)}`,
    )
  t.ok(maxDnsRecords * maxDnsRecords > maxAddressesPerDial && maxDnsLookups > maxDnsRecords)
  t.equal((await behind('/dnsaddr/root.test', { texts })).length, maxAddressesPerDial)
})

t.test('so many addresses of a peer are tried in one dial, those behind its names counted', async (t) => {
  let port = 0
  const { clock, starts, book, dialer } = simulate(() => 1, {
    resolver: {
      ...nobody,
      texts: async () => Array.from({ length: maxDnsRecords }, () => `dnsaddr=/ip4/192.0.2.${(port += 1)}/tcp/1`),
    },
  })
  const names = Array.from({ length: 20 }, (_, at) => multiaddr(`/dnsaddr/${at}.test`))
  book.addAddresses(peer, names, 'identified')
  const failed = failureOf(dialer.dial(peer))
  await clock.advance(60_000)
  await failed
  t.equal(starts.length, maxAddressesPerDial - names.length)
})

t.test('a question that nobody waits for any more is asked of no thread', async (t) => {
  const answers: (() => void)[] = []
  const lookup = new SystemLookup((_name, _options, callback) => {
    answers.push(() => callback(null, [{ address: '192.0.2.1', family: 4 }]))
  })
  const { signal } = new AbortController()
  const held = Array.from({ length: limits.dialer.maxSystemLookups }, async (_, at) =>
    lookup.addresses(`${at}.test`, 4, signal),
  )
  const giving = new AbortController()
  const waiting = lookup.addresses('late.test', 4, giving.signal)
  giving.abort(new Error('no patience'))
  await t.rejects(waiting, /no patience/)
  for (const answer of answers) answer()
  await Promise.all(held)
  t.equal(answers.length, limits.dialer.maxSystemLookups)
})

t.test('a question to a name server that nobody waits for any more keeps no socket', async (t) => {
  const asked = Promise.withResolvers<void>()
  await using server = await NameServer.start(() => {
    asked.resolve()
    return 'silence'
  })
  const giving = new AbortController()
  const before = descriptors()
  const answer = serverResolver([server.address]).texts('silent.test', giving.signal)
  await asked.promise
  t.ok(descriptors() > before, 'a question is under way')
  giving.abort(new Error('no patience'))
  await t.rejects(answer, /no patience/)
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(descriptors(), before, 'its socket is gone with it')
})

t.test('a resolver that never answers and listens to no signal holds up no dial', async (t) => {
  const silent: NameResolver = { ...nobody, addresses: async () => await new Promise(() => undefined) }
  const { clock, dialer } = simulate(() => 1, { resolver: silent })
  let failure: Error | undefined
  void failureOf(dialer.dial(`/dns4/silent.test/tcp/1/p2p/${peer}`)).then((error) => (failure = error))
  await clock.advance(limits.dialer.resolveTimeout + 1)
  t.match(String(failure), /resolving .* took over/)
})

async function behind(address: string, resolver: Partial<NameResolver>): Promise<readonly string[]> {
  const { signal } = new AbortController()
  const found = await resolveNames(multiaddr(address), undefined, { ...nobody, ...resolver }, { signal })
  return found.map(String)
}

/** What this process has open; a question to a name server is a socket. */
function descriptors(): number {
  return readdirSync('/proc/self/fd').length
}
