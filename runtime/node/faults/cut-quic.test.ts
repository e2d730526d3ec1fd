import t from 'tap'
import { generatePrivateKey } from '../../crypto/keys.ts'
import { ping } from '../../protocols/ping/ping.ts'
import { quic } from '../../swarm/transports/quic/quic.ts'
import { UdpRelay } from '../../swarm/transports/quic/udp-relay.ts'
import { createNode, type NodeOptions, type P2pNode } from '../create-node.ts'

t.setTimeout(120_000)

/** More than a handshake of QUIC takes. */
const packets = 10

t.test(
  'a peer that falls silent at any packet of a QUIC handshake costs its own connection, and is told of',
  async (t) => {
    const listener = await make({ listen: ['/ip4/127.0.0.1/udp/0/quic-v1'] })
    t.teardown(async () => await listener.stop())
    const port = Number(/udp\/(\d+)/.exec(listener.addresses[0] ?? '')?.[1])
    let failures = 0
    for (let passed = 0; passed < packets; passed += 1) {
      const relay = await UdpRelay.to(port)
      let left = passed
      relay.lets = () => {
        left -= 1
        return left >= 0
      }
      const dialer = await make({})
      try {
        const connection = await dialer.dial(`${relay.address}/p2p/${listener.peerId}`)
        // The handshake came through; what was cut is noticed once nothing has come for long enough.
        t.ok(await connection.closed, `${passed} packets: the connection ends with an error`)
      } catch (error) {
        failures += 1
        t.match(String(error), relay.address, `${passed} packets`)
        t.match(String(error), /Nobody answered|timed? ?out|timeout|lost/i, `${passed} packets`)
      }
      await dialer.stop()
      t.equal(dialer.resources().system.used.connections, 0, `${passed} packets: nothing is left`)
      relay.close()
    }
    t.ok(failures > 0, 'without a packet there is no handshake')
    while (listener.resources().system.used.connections > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    const late = await make({})
    t.equal((await ping(await late.dial(listener.addresses[0] ?? ''))).roundTrips.length, 1, 'others are served')
    await late.stop()
  },
)

async function make(options: NodeOptions): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  return await createNode({
    ...options,
    privateKey,
    transports: [quic({ privateKey, handshakeTimeoutMs: 400, idleTimeoutMs: 800 })],
  })
}
