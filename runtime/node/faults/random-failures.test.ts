// Connections from one public host fail in every way, in any order and number; afterwards nothing of them is left.
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { ConnectionEncrypter } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { GateStep } from '@p2pspec/generated/interfaces/connection-gater'
import type { RawConnection, Transport } from '@p2pspec/generated/interfaces/transport'
import { limits } from '@p2pspec/generated/common/limits'
import fc from 'fast-check'
import t from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { generatePrivateKey } from '../../crypto/keys.ts'
import { noise } from '../../protocols/noise/noise.ts'
import { memoryLink } from '../../swarm/transports/memory/memory-link.ts'
import { MemoryNetwork } from '../../swarm/transports/memory/memory.ts'
import { createNode, type P2pNode } from '../create-node.ts'

t.setTimeout(120_000)

const place = '/ip4/203.0.113.9/tcp/4001'
const visitor = '198.51.100.7'
const { maxInboundPerAddress } = limits.dialer

/** What becomes of one connection. */
type Fate =
  | {
      readonly kind:
        'silent' | 'reset' | 'ended' | 'served' | 'aborted' | 'unreachable' | 'security-throws' | 'muxer-throws'
    }
  | { readonly kind: 'garbage'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly step: GateStep; readonly throws: boolean }

const fates: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'silent' as const,
      'reset' as const,
      'ended' as const,
      'served' as const,
      'aborted' as const,
      'unreachable' as const,
      'security-throws' as const,
      'muxer-throws' as const,
    ),
  }),
  fc.record({ kind: fc.constant('garbage' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 100 }) }),
  fc.record({
    kind: fc.constant('refused' as const),
    step: fc.constantFrom<GateStep>('accept', 'secured', 'upgraded', 'peer', 'address'),
    throws: fc.boolean(),
  }),
)

t.test(
  'whatever fails in whatever order, budgets, timers, channels and the places of a host are all given back',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fates, { minLength: 1, maxLength: 24 }), async (list) => {
        const world = new World()
        const server = await world.node(true)
        const client = await world.node(false)
        for (const fate of list) await world.play(fate, client)
        world.fate = undefined
        // The silent ones have their time.
        await world.clock.advance(60_000)
        world.require(server.connections.length === 0, 'no connection is left')
        for (const { resources, name } of [
          { resources: server.resources(), name: 'server' },
          { resources: client.resources(), name: 'client' },
        ]) {
          for (const scope of [resources.system, resources.transient])
            world.require(
              Object.values(scope.used).every((used) => used === 0),
              `${name} ${JSON.stringify(scope.used)}`,
            )
          world.require(resources.peers.length + resources.connections.length === 0, `${name}: a scope is left`)
        }
        // As many as a host may hold get in: no failed one holds a place.
        const late: P2pNode[] = []
        for (let count = 0; count < maxInboundPerAddress; count += 1) {
          const one = await world.node(false)
          late.push(one)
          await world.settled(one.dial(place))
        }
        for (const node of [...late, client, server]) await world.settled(node.stop())
        world.require(world.network.openCount === 0, `${world.network.openCount} channels or listeners are left`)
        // A session that is over looks once whether its channel is.
        await world.clock.advance(limits.yamux.closeTimeout)
        world.require(world.clock.timerCount === 0, `${world.clock.timerCount} timers are left`)
      }),
      { numRuns: 15 },
    )
  },
)

class World {
  readonly clock = new SimulatedClock()
  readonly network = new MemoryNetwork()
  fate: Fate | undefined
  #accept: ((connection: RawConnection) => void) | undefined
  #port = 1_024

  async node(listens: boolean): Promise<P2pNode> {
    const { clock } = this
    const privateKey = generatePrivateKey('ed25519')
    return await createNode({
      clock,
      privateKey,
      transports: [this.#transport()],
      encrypters: [this.#encrypter(noise({ privateKey, clock }))],
      connectionGater: {
        judge: ({ step }) => {
          const { fate } = this
          if (fate?.kind !== 'refused' || fate.step !== step) return { allow: true }
          if (fate.throws) throw new Error('the gater is broken')
          return { allow: false, reason: 'not this one' }
        },
      },
      // More than a session that is over waits: what is forgotten here would show.
      limits: { inboundUpgradeTimeoutMs: 30_000 },
      ...(listens ? { listen: [place] } : {}),
    })
  }

  async play(fate: Fate, client: P2pNode): Promise<void> {
    this.fate = fate
    if (fate.kind === 'silent' || fate.kind === 'reset' || fate.kind === 'ended' || fate.kind === 'garbage') {
      const { channel } = this.#connect()
      channel.consume({ push: () => undefined, end: () => undefined, fail: () => undefined })
      await this.clock.settle()
      if (fate.kind === 'garbage') channel.writeNow(fate.bytes)
      if (fate.kind === 'reset') channel.reset()
      if (fate.kind === 'ended' || fate.kind === 'garbage') channel.closeWriteNow()
      await this.clock.settle()
      return
    }
    const giveUp = new AbortController()
    const dial = client.dial(place, { signal: giveUp.signal })
    if (fate.kind === 'aborted') giveUp.abort(new Error('no patience'))
    const connection = await this.settled(dial.catch(() => undefined))
    if (connection !== undefined) await this.settled(connection.close())
    await this.clock.settle()
  }

  /** Lets turns go by until it is decided; no simulated time passes. */
  async settled<Value>(promise: Promise<Value>): Promise<Value> {
    const state = { isDecided: false }
    const decide = (): void => {
      state.isDecided = true
    }
    promise.then(decide, decide)
    for (let turns = 0; !state.isDecided && turns < 10_000; turns += 1) await this.clock.settle()
    return await promise
  }

  require(holds: boolean, what: string): void {
    if (!holds) throw new Error(what)
  }

  #connect(): RawConnection {
    const link = { clock: this.clock, latencyMs: 0, bytesPerSecond: Infinity }
    const [near, far] = memoryLink(link, this.network.opened())
    const local = multiaddr(`/ip4/${visitor}/tcp/${(this.#port += 1)}`)
    this.#accept?.({ channel: far, localAddress: multiaddr(place), remoteAddress: local, closed: far.closed })
    return { channel: near, localAddress: local, remoteAddress: multiaddr(place), closed: near.closed }
  }

  #transport(): Transport {
    const isServed = (address: Multiaddr): boolean => address.toString() === place
    return {
      name: 'internet',
      canDial: isServed,
      canListen: isServed,
      dial: async () => {
        if (this.fate?.kind === 'unreachable') throw new Error('nobody is there')
        return this.#connect()
      },
      listen: async (address, onConnection) => {
        this.#accept = onConnection
        return { addresses: [address], close: async () => void (this.#accept = undefined) }
      },
    }
  }

  #encrypter(inner: ConnectionEncrypter): ConnectionEncrypter {
    return {
      protocol: inner.protocol,
      secureOutbound: async (channel, options) => await inner.secureOutbound(channel, options),
      secureInbound: async (channel, options) => {
        if (this.fate?.kind === 'security-throws') throw new Error('the handshake is broken')
        const secure = await inner.secureInbound(channel, options)
        return this.fate?.kind === 'muxer-throws' ? { ...secure, muxer: '/none/1' } : secure
      },
    }
  }
}
