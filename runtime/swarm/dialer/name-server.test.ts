import { randomBytes } from 'node:crypto'
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import t from 'tap'
import { createNode, type P2pNode } from '../../node/create-node.ts'
import { ping } from '../../protocols/ping/ping.ts'
import { SystemLookup } from '../system-lookup.ts'
import { serverResolver } from './name-resolver.ts'
import { ip4, NameServer, text, type Answer, type Question } from './name-server.ts'
import { resolveNames } from './resolve-names.ts'

const never = new AbortController().signal

t.test(
  'a node reaches a peer by dnsaddr, through names behind names, with the peer id that was asked for',
  async (t) => {
    const listener = await node(t, { listen: ['/ip4/127.0.0.1/tcp/0'] })
    const port = portOf(listener)
    await using server = await NameServer.start(({ name, type }) => {
      if (name === '_dnsaddr.seed.test' && type === 'TXT')
        return [text('v=spf1 -all'), text(`dnsaddr=/dnsaddr/near.seed.test/p2p/${listener.peerId}`)]
      if (name === '_dnsaddr.near.seed.test' && type === 'TXT')
        return [text(`dnsaddr=/dns4/host.test/tcp/${port}/p2p/${listener.peerId}`)]
      if (name === 'host.test' && type === 'A') return [ip4('127.0.0.1')]
      return { code: 3 }
    })
    const dialer = await node(t, { nameServers: [server.address] })
    const connection = await dialer.dial(`/dnsaddr/seed.test/p2p/${listener.peerId}`)
    t.ok(connection.remotePeer.equals(listener.peerId))
    t.equal((await ping(connection)).roundTrips.length, 1)
    t.equal(server.questions.length, 3)
  },
)

t.test(
  'names that lead to themselves, ever deeper, or to ever more names cost so many questions and no more',
  async (t) => {
    const worlds: Readonly<Record<string, (question: Question) => Answer>> = {
      'to itself': ({ name }) => [text(`dnsaddr=/dnsaddr/${name.replace('_dnsaddr.', '')}`)],
      'in a ring': ({ name }) => [text(`dnsaddr=/dnsaddr/${name.includes('a.test') ? 'b.test' : 'a.test'}`)],
      'ever deeper': ({ name }) => [text(`dnsaddr=/dnsaddr/x${name.replace('_dnsaddr.', '')}`)],
      'ever more': ({ name }) =>
        Array.from({ length: 12 }, (_, index) => text(`dnsaddr=/dnsaddr/${index}-${name.replace('_dnsaddr.', '')}`)),
    }
    for (const [what, answer] of Object.entries(worlds)) {
      await using server = await NameServer.start(answer)
      await t.rejects(resolve('/dnsaddr/a.test', server), Error, what)
      t.ok(server.questions.length <= limits.dialer.maxDnsLookups, `${what}: ${server.questions.length} questions`)
    }
  },
)

t.test(
  'of many records so many are looked at, and none that is too long, of another family, or no address',
  async (t) => {
    await using server = await NameServer.start(({ name, type }) => {
      if (name === '_dnsaddr.many.test')
        return Array.from({ length: 20 }, (_, index) => text(`dnsaddr=/ip4/192.0.2.${index}/tcp/1`))
      if (name === '_dnsaddr.odd.test')
        return [
          text(`dnsaddr=/dns4/${'a'.repeat(60)}.${'b'.repeat(700)}/tcp/1`),
          text('dnsaddr='),
          text('dnsaddr=/ip4/999.0.0.1/tcp/1'),
          text('dnsaddr=not an address'),
          text('DNSADDR=/ip4/192.0.2.1/tcp/1'),
          text('dnsaddr=/ip4/192.0.2.77/tcp/1'),
        ]
      if (name === 'four.test') return type === 'A' ? [ip4('192.0.2.4')] : [ip4('192.0.2.6')]
      return { code: 3 }
    })
    t.equal((await resolve('/dnsaddr/many.test', server)).length, limits.dialer.maxDnsRecords)
    t.same(await resolve('/dnsaddr/odd.test', server), ['/ip4/192.0.2.77/tcp/1'])
    t.same(await resolve('/dns/four.test/tcp/9', server), ['/ip4/192.0.2.4/tcp/9'])
  },
)

t.test(
  'answers that are no DNS, of another question, cut or refused end in an error that names the name',
  async (t) => {
    const answers: Readonly<Record<string, (question: Question, query: Uint8Array) => Answer>> = {
      'a failure of the server': () => ({ code: 2 }),
      refusal: () => ({ code: 5 }),
      'no such name': () => ({ code: 3 }),
      'no records': () => [],
      // A name that points at itself, behind the right head.
      'a name in a loop': (_, query) => ({
        raw: Buffer.concat([query.subarray(0, 2), Buffer.from('81800001000100000000c00c00100001c00c00100001', 'hex')]),
      }),
      'a record longer than the message': () => [{ type: 'TXT', data: Uint8Array.of(255, 1, 2) }],
    }
    for (const [what, answer] of Object.entries(answers)) {
      await using server = await NameServer.start(answer)
      await t.rejects(resolve('/dnsaddr/liar.test', server), /liar\.test/, what)
    }
  },
)

t.test(
  'a name server that is silent, or sends rubbish, delays no dial for which another address is known',
  async (t) => {
    const listener = await node(t, { listen: ['/ip4/127.0.0.1/tcp/0'] })
    for (const answer of ['silence', { raw: randomBytes(40) }] as const) {
      await using server = await NameServer.start(() => answer)
      const dialer = await node(t, { nameServers: [server.address] })
      const connection = await dialer.dial([
        multiaddr(`/dnsaddr/silent.test/p2p/${listener.peerId}`),
        multiaddr(`/dns4/silent.test/tcp/1/p2p/${listener.peerId}`),
        multiaddr(`/ip4/127.0.0.1/tcp/${portOf(listener)}/p2p/${listener.peerId}`),
      ])
      t.ok(connection.remotePeer.equals(listener.peerId))
    }
  },
)

t.test('a dial of a name that is never answered ends by itself, and says that the name was the reason', async (t) => {
  await using server = await NameServer.start(() => 'silence')
  const dialer = await node(t, { nameServers: [server.address] })
  await t.rejects(dialer.dial('/dns4/silent.test/tcp/4001'), {
    message: new RegExp(`resolving /dns4/silent.test/tcp/4001 took over ${limits.dialer.resolveTimeout} ms`),
  })
})

t.test('whoever gives up on a name is free at once', async (t) => {
  const asked = Promise.withResolvers<void>()
  await using server = await NameServer.start(() => {
    asked.resolve()
    return 'silence'
  })
  const giving = new AbortController()
  const answer = resolveNames(multiaddr('/dnsaddr/silent.test'), undefined, serverResolver([server.address]), {
    signal: giving.signal,
  })
  await asked.promise
  giving.abort(new Error('no patience'))
  await t.rejects(answer, /no patience/)
})

t.test('name servers that are no addresses are refused at once', async (t) => {
  await t.rejects(createNode({ nameServers: ['no address'] }), { code: 'ERR_INVALID_IP_ADDRESS' })
})

t.test('names that the machine looks up take so many of its threads, however long they are silent', async (t) => {
  const pending: (() => void)[] = []
  const lookup = new SystemLookup((_name, _options, callback) => {
    pending.push(() => callback(null, [{ address: '192.0.2.1', family: 4 }]))
  })
  const giving = new AbortController()
  const given = lookup.addresses('0.test', 4, giving.signal)
  const all = Array.from({ length: 5 }, async (_, index) => await lookup.addresses(`${index}.test`, 4, never))
  t.equal(pending.length, limits.dialer.maxSystemLookups)
  giving.abort(new Error('no patience'))
  await t.rejects(given, /no patience/)
  t.equal(pending.length, limits.dialer.maxSystemLookups, 'a look-up that nobody waits for keeps its thread')
  for (let done = 0; done < pending.length; done += 1) pending[done]?.()
  t.same(
    await Promise.all(all),
    Array.from({ length: 5 }, () => ['192.0.2.1']),
  )
  t.equal(pending.length, 6)
})

async function resolve(address: string, server: NameServer): Promise<readonly string[]> {
  const found = await resolveNames(multiaddr(address), undefined, serverResolver([server.address]), { signal: never })
  return found.map(String)
}

async function node(
  t: { teardown(last: () => Promise<void>): void },
  options: Parameters<typeof createNode>[0],
): Promise<P2pNode> {
  const made = await createNode(options)
  t.teardown(async () => await made.stop())
  return made
}

function portOf(listener: P2pNode): string {
  return /tcp\/(\d+)/.exec(listener.addresses[0] ?? '')?.[1] ?? ''
}
