import { multiaddr } from '@multiformats/multiaddr'
import t from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { noise } from '../../protocols/noise/noise.ts'
import { ping } from '../../protocols/ping/ping.ts'
import { tls } from '../../protocols/tls/tls.ts'
import { generatePrivateKey } from '../../crypto/keys.ts'
import { peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { verifyPeerRecord } from '../../records/peer-record/peer-record.ts'
import { formatExplanation } from '../../swarm/dialer/format-explanation.ts'
import { memory, MemoryNetwork } from '../../swarm/transports/memory/memory.ts'
import { createNode, type NodeOptions, type P2pNode } from '../create-node.ts'

const year = 365.25 * 24 * 3_600_000
const jumps: readonly (readonly [string, number])[] = [
  ['forward by ten years', 10 * year],
  ['back by ten years', -10 * year],
  ['back to 1970', -1_700_000_000_000],
]

for (const [how, byMs] of jumps) {
  await t.test(`connections, streams and pings outlive a wall clock that is set ${how}`, async (t) => {
    const { clock, listener, dialer } = await two(t)
    const connection = await settled(clock, dialer.dial(first(listener)))
    clock.jumpWallTime(byMs)
    await clock.advance(60_000)
    t.equal(connection.status, 'open')
    const { roundTrips } = await settled(clock, ping(connection))
    t.ok((roundTrips[0] ?? -1) >= 0, 'a round trip is measured with the clock that only grows')
  })

  await t.test(
    `a wall clock that is set ${how} neither ends nor saves an upgrade that a silent remote holds up`,
    async (t) => {
      const { clock, network, listener } = await two(t)
      const failed: string[] = []
      listener.events.on('inbound-failed', ({ error }) => failed.push(error.message))
      const silent = await settled(clock, memory({ clock, network }).dial(multiaddr('/memory/7')))
      silent.channel.consume({ push: () => undefined, end: () => undefined, fail: () => undefined })
      clock.jumpWallTime(byMs)
      await clock.advance(9_000)
      t.same(failed, [], 'its time is not over')
      await clock.advance(2_000)
      t.match(failed, [/took over 10000 ms/])
    },
  )

  await t.test(`an address that failed is left alone as long as ever when the wall clock is set ${how}`, async (t) => {
    const { clock, dialer, listener } = await two(t)
    const nobody = peerIdFromPublicKey(generatePrivateKey('ed25519').publicKey)
    const nowhere = `/memory/4000/p2p/${nobody}`
    await t.rejects(settled(clock, dialer.dial(nowhere)))
    const before = explanation(dialer, nowhere)
    clock.jumpWallTime(byMs)
    t.equal(explanation(dialer, nowhere), before)
    const connection = await settled(clock, dialer.dial(first(listener)))
    t.equal(connection.status, 'open', 'others are dialled as ever')
  })

  await t.test(`addresses that are remembered live as long as ever when the wall clock is set ${how}`, async (t) => {
    const { clock, dialer, listener } = await two(t)
    const connection = await settled(clock, dialer.dial(first(listener)))
    await clock.advance(1_000)
    await settled(clock, connection.close())
    clock.jumpWallTime(byMs)
    const again = await settled(clock, dialer.dial(listener.peerId))
    t.ok(again.remotePeer.equals(listener.peerId))
  })
}

await t.test(
  'TLS, whose certificates have dates, connects again once a clock that was set to 1970 is right',
  async (t) => {
    const { clock, dialer, listener } = await two(t, { security: 'tls' })
    // The certificates are made with the first handshake.
    await settled(clock, (await settled(clock, dialer.dial(first(listener)))).close())
    const age = clock.wallTime() - 1_000
    clock.jumpWallTime(-age)
    const failure = await settled(
      clock,
      dialer.dial(first(listener)).then(
        () => undefined,
        (error: unknown) => String(error),
      ),
    )
    t.match(failure, /failed in security: .*certificate/s, 'the error says that it was the certificate')
    clock.jumpWallTime(age)
    await clock.advance(60_000)
    t.equal((await settled(clock, dialer.dial(first(listener)))).security, '/tls/1.0.0')
  },
)

await t.test('the sequence of records never goes back with the wall clock', async (t) => {
  const { clock, listener, dialer } = await two(t)
  const sequences: bigint[] = []
  dialer.events.on('peer-identified', ({ info }) => {
    if (info.signedPeerRecord !== undefined) sequences.push(verifyPeerRecord(info.signedPeerRecord).sequence)
  })
  await settled(clock, dialer.dial(first(listener)))
  await clock.advance(1_000)
  clock.jumpWallTime(-10 * year)
  await settled(clock, listener.listen(['/memory/0']))
  await clock.advance(1_000)
  t.equal(sequences.length, 2)
  t.ok((sequences[1] ?? 0n) > (sequences[0] ?? 0n))
})

interface Pair {
  readonly clock: SimulatedClock
  readonly network: MemoryNetwork
  readonly listener: P2pNode
  readonly dialer: P2pNode
}

interface Ending {
  teardown(last: () => Promise<void>): void
}

async function two(t: Ending, { security = 'noise' }: { readonly security?: 'noise' | 'tls' } = {}): Promise<Pair> {
  const clock = new SimulatedClock()
  const network = new MemoryNetwork()
  const listener = await make(clock, network, security, { listen: ['/memory/7'] })
  const dialer = await make(clock, network, security)
  t.teardown(async () => {
    await settled(clock, dialer.stop())
    await settled(clock, listener.stop())
  })
  return { clock, network, listener, dialer }
}

async function make(
  clock: SimulatedClock,
  network: MemoryNetwork,
  security: 'noise' | 'tls',
  options: NodeOptions = {},
): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  const encrypter = security === 'noise' ? noise({ privateKey, clock }) : tls({ privateKey, clock })
  return await createNode({
    ...options,
    privateKey,
    clock,
    transports: [memory({ clock, network })],
    encrypters: [encrypter],
  })
}

/** Lets turns of the event loop go by until it is decided; no simulated time passes. */
async function settled<Value>(clock: SimulatedClock, promise: Promise<Value>): Promise<Value> {
  const state = { isDecided: false }
  const decide = (): void => {
    state.isDecided = true
  }
  promise.then(decide, decide)
  for (let turns = 0; !state.isDecided && turns < 100_000; turns += 1) await clock.settle()
  return await promise
}

function first(node: P2pNode): string {
  const [address] = node.addresses
  if (address === undefined) throw new Error('the node listens nowhere')
  return address
}

/** What a dial would do, without what changes by itself. */
function explanation(node: P2pNode, target: string): string {
  return formatExplanation(node.explain(target))
}
