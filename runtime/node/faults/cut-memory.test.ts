import type { ConnectionEncrypter } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import type { RawConnection, Transport } from '@p2pspec/generated/interfaces/transport'
import t from 'tap'
import { generatePrivateKey, type PrivateKey } from '../../crypto/keys.ts'
import { noise } from '../../protocols/noise/noise.ts'
import { ping } from '../../protocols/ping/ping.ts'
import { plaintext } from '../../protocols/plaintext/plaintext.ts'
import { tls } from '../../protocols/tls/tls.ts'
import { memory, MemoryNetwork } from '../../swarm/transports/memory/memory.ts'
import { createNode, type NodeOptions, type P2pNode } from '../create-node.ts'

const securities: Readonly<Record<string, (options: { readonly privateKey: PrivateKey }) => ConnectionEncrypter>> = {
  noise,
  tls,
  plaintext,
}

for (const [security, encrypter] of Object.entries(securities)) {
  await t.test(
    `a peer that dies at any step of an upgrade in memory with ${security} costs its own connection, and is told of`,
    async (t) => {
      const network = new MemoryNetwork()
      const make = async (options: NodeOptions, life: Life = { steps: 0, most: Infinity }): Promise<P2pNode> => {
        const privateKey = generatePrivateKey('ed25519')
        const transports = [mortal(memory({ network }), life)]
        return await createNode({ ...options, privateKey, transports, encrypters: [encrypter({ privateKey })] })
      }
      const listener = await make({ listen: ['/memory/1'] })
      t.teardown(async () => await listener.stop())
      const [address = ''] = listener.addresses
      const whole: Life = { steps: 0, most: Infinity }
      const first = await make({ identify: false }, whole)
      await first.dial(address)
      const steps = whole.steps
      await first.stop()
      t.ok(steps >= 4, `${steps} steps were seen`)
      for (let lived = 0; lived < steps; lived += 1) {
        const dialer = await make({ identify: false }, { steps: 0, most: lived })
        const connection = await dialer.dial(address).catch((error: unknown) => String(error))
        if (typeof connection === 'string') t.match(connection, /\/memory\/1.*failed in/s, `dead after ${lived} steps`)
        else t.ok(await connection.closed, `dead after ${lived} steps, and this side was done before`)
        await dialer.stop()
        t.equal(dialer.resources().system.used.connections, 0)
      }
      while (listener.resources().system.used.connections > 0) await new Promise((resolve) => setImmediate(resolve))
      const late = await make({})
      t.equal((await ping(await late.dial(address))).roundTrips.length, 1, 'others are served')
      await late.stop()
    },
  )
}

/** Counts writes and arrivals. */
interface Life {
  steps: number
  /** The last one that succeeds. */
  readonly most: number
}

/** False: it is over. */
function step(life: Life): boolean {
  life.steps += 1
  return life.steps <= life.most
}

/** The transport, with connections that die with the life that they are given. */
function mortal(inner: Transport<RawConnection>, life: Life): Transport<RawConnection> {
  return {
    name: inner.name,
    canDial: (address) => inner.canDial(address),
    canListen: (address) => inner.canListen(address),
    listen: async (address, onConnection, options) => await inner.listen(address, onConnection, options),
    dial: async (address, options) => {
      const raw = await inner.dial(address, options)
      const { localAddress, remoteAddress, closed } = raw
      return { channel: mortalChannel(raw.channel, life), localAddress, remoteAddress, closed }
    },
  }
}

function mortalChannel(inner: ByteDuplex, life: Life): ByteDuplex {
  const die = (): void => inner.reset(new Error('the peer died'))
  return {
    borrowed: inner.borrowed,
    consume: (sink: ByteSink) =>
      inner.consume({
        push: (chunk) => {
          if (step(life)) sink.push(chunk)
          else die()
        },
        end: () => sink.end(),
        fail: (error) => sink.fail(error),
        drain: () => sink.drain?.(),
      }),
    pause: () => inner.pause(),
    resume: () => inner.resume(),
    unshift: (chunk) => inner.unshift(chunk),
    writeNow: (chunk) => {
      if (step(life)) return inner.writeNow(chunk)
      die()
      return true
    },
    closeWriteNow: () => inner.closeWriteNow(),
    reset: (reason) => inner.reset(reason),
  }
}
