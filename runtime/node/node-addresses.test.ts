import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { RawConnection, Transport } from '@p2pspec/generated/interfaces/transport'
import t, { type Test } from 'tap'
import { systemClock } from '../core/clock.ts'
import { MemoryNetwork } from '../swarm/transports/memory/memory.ts'
import { memoryLink } from '../swarm/transports/memory/memory-link.ts'
import { createNode, type NodeOptions, type P2pNode } from './create-node.ts'

// A wait in vain is a failure.
t.setTimeout(60_000)
// No socket keeps the process here, and waiting timers alone do not.
const alive = setInterval(() => undefined, 60_000)
t.teardown(() => clearInterval(alive))

const inside = '/ip4/192.168.1.5/tcp/4001'
const outside = '/ip4/203.0.113.9/tcp/4001'

/** An internet in memory, with one host behind a NAT that forwards one port. */
class Internet {
  readonly #listeners = new Map<string, (connection: RawConnection) => void>()
  readonly #network = new MemoryNetwork()
  #ports = 1_024

  /** What a host at that address has for a network card. */
  transport(host: string): Transport {
    const isServed = (address: Multiaddr): boolean => /^\/ip4\/[\d.]+\/tcp\/\d+$/.test(address.toString())
    return {
      name: 'internet',
      canDial: isServed,
      canListen: isServed,
      dial: async (address) => {
        const accept = this.#listeners.get(address.toString())
        if (accept === undefined) throw new Error(`nobody listens on ${address}`)
        const link = { clock: systemClock, latencyMs: 0, bytesPerSecond: Infinity }
        const [near, far] = memoryLink(link, this.#network.opened())
        const local = multiaddr(`/ip4/${host}/tcp/${(this.#ports += 1)}`)
        accept({ channel: far, localAddress: multiaddr(inside), remoteAddress: local, closed: far.closed })
        return { channel: near, localAddress: local, remoteAddress: address, closed: near.closed }
      },
      listen: async (address, onConnection) => {
        this.#listeners.set(outside, onConnection)
        return { addresses: [address], close: async () => void this.#listeners.delete(outside) }
      },
    }
  }
}

async function start(t: Test, options: NodeOptions): Promise<P2pNode> {
  const node = await createNode(options)
  t.teardown(() => node.stop())
  return node
}

await t.test(
  'a node behind a NAT tells where peers of several networks see it, and pushes that to them [ID-OBS-5] [ID-PUSH-5]',
  async (t) => {
    const internet = new Internet()
    const server = await start(t, { transports: [internet.transport('192.168.1.5')], listen: [inside] })
    const id = `/p2p/${server.peerId}`
    t.same(server.addresses, [inside + id])
    const changed = new Promise<{ readonly addresses: readonly string[] }>((resolve) =>
      server.events.on('addresses-changed', resolve),
    )
    const pushes: (readonly string[])[] = []
    const learned = Promise.withResolvers<void>()
    const clients: P2pNode[] = []
    for (let network = 1; network <= limits.observedAddresses.observersToConfirm; network += 1) {
      t.same(server.addresses, [inside + id], `${clients.length} observers are not enough`)
      const client = await start(t, { transports: [internet.transport(`90.${network}.0.7`)] })
      clients.push(client)
      client.events.on('peer-identified', ({ info }) => {
        const addresses = (info.listenAddresses ?? []).map(String)
        if (!addresses.includes(outside)) return
        pushes.push(addresses)
        if (pushes.length === clients.length) learned.resolve()
      })
      const identified = new Promise((resolve) => server.events.on('peer-identified', resolve))
      await client.dial(outside + id)
      await identified
    }
    t.same((await changed).addresses, [outside + id, inside + id])
    t.same(server.addresses, [outside + id, inside + id])
    await learned.promise
    t.same(
      pushes,
      Array.from(clients, () => [outside, inside]),
      'each was told once',
    )
    for (const client of clients) t.equal(client.peerStore.addressesOf(server.peerId)[0]?.source, 'certified')
  },
)

await t.test('what is announced by name is told, and nothing that is observed or not to be told', async (t) => {
  const internet = new Internet()
  const server = await start(t, {
    transports: [internet.transport('192.168.1.5')],
    listen: [inside],
    announce: ['/dns4/node.example.com/tcp/4001'],
    appendAnnounce: [outside, '/ip4/10.0.0.1/tcp/1'],
    noAnnounce: ['/ip4/10.0.0.0/ipcidr/8'],
  })
  t.same(
    server.addresses,
    [outside, '/dns4/node.example.com/tcp/4001'].map((address) => `${address}/p2p/${server.peerId}`),
  )
  const client = await start(t, { transports: [internet.transport('90.0.1.7')] })
  const identified = new Promise<{ readonly info: { readonly listenAddresses: readonly Multiaddr[] | undefined } }>(
    (resolve) => client.events.on('peer-identified', resolve),
  )
  await client.dial(outside)
  t.same((await identified).info.listenAddresses?.map(String), [outside, '/dns4/node.example.com/tcp/4001'])
})

await t.test('a public peer that names private addresses, signed or not, sends nobody there', async (t) => {
  const internet = new Internet()
  const server = await start(t, { transports: [internet.transport('192.168.1.5')], listen: [inside] })
  const client = await start(t, { transports: [internet.transport('90.0.1.7')] })
  const identified = new Promise((resolve) => client.events.on('peer-identified', resolve))
  const connection = await client.dial(outside)
  await identified
  const known = (): readonly string[] =>
    client.peerStore.addressesOf(server.peerId).map(({ address }) => address.toString())
  t.notOk(client.peerStore.recordOf(server.peerId) === undefined, 'it signed where it is')
  t.notOk(known().includes(inside), 'what it signed of its own network is not for others')
  client.peerStore.forget(server.peerId)
  client.events.emit('peer-identified', {
    connection,
    info: {
      peerId: server.peerId,
      protocolVersion: undefined,
      agentVersion: undefined,
      publicKey: undefined,
      listenAddresses: ['/ip4/192.168.1.1/tcp/80', '/ip4/127.0.0.1/tcp/22', outside].map((text) => multiaddr(text)),
      observedAddress: undefined,
      protocols: undefined,
      signedPeerRecord: undefined,
      recordSequence: undefined,
      recordError: undefined,
    },
  })
  t.same(known(), [outside])
})

await t.test('a wildcard is told as the addresses of the interfaces, never as itself', async (t) => {
  const node = await start(t, { listen: ['/ip4/0.0.0.0/tcp/0'] })
  t.ok(node.addresses.length > 0)
  t.notOk(node.addresses.some((address) => address.includes('/0.0.0.0/')))
  const port = node.addresses[0]?.split('/')[4]
  t.ok(node.addresses.every((address) => address.split('/')[4] === port))
})

await t.test('options that are no addresses fail the start, and leave nothing open', async (t) => {
  await t.rejects(createNode({ announce: ['nonsense'] }))
  await t.rejects(createNode({ listen: ['/ip4/127.0.0.1/tcp/0'], noAnnounce: ['/ip4/10.0.0.0/ipcidr/99'] }))
})
