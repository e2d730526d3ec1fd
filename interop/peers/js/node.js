import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { quic } from '@chainsafe/libp2p-quic'
import { mplex } from '@libp2p/mplex'
import { noise } from '@libp2p/noise'
import { plaintext } from '@libp2p/plaintext'
import { preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { selfSigned } from './certificate.js'
import { handleEcho, handlePerf } from './handlers.js'
import { echoProtocol, perfProtocol } from './protocols.js'
import { chosenRelayTransports, chosenServices } from './services.js'
import { chosenSetup } from './setup.js'

// A listener that many short tests dial from one host, and a benchmark that holds a thousand connections, go past the
// defaults (5 new connections a second and host, 10 pending, 300 in all, 32 streams a protocol). Nothing else is changed,
// so that a benchmark's listener is the same as any other.
export const raised = 1_000_000

const securities = { noise, tls, plaintext }
const muxers = { yamux, mplex }

/**
 * A node with everything at its default but the limits above. `seed` is 32 bytes in hex. `manyStreams`: mplex lets a remote open five
 * streams a second, which is raised, and a ping behind 64 MiB on a busy machine is late or still open when the next one is due, either
 * of which ends the connection, and here does not.
 */
export async function createNode({ seed, listen = [], manyStreams = false }) {
  const privateKey =
    seed === undefined
      ? await generateKeyPair('Ed25519')
      : await generateKeyPairFromSeed('Ed25519', Buffer.from(seed, 'hex'))
  const setup = chosenSetup()
  const secureWebSockets = setup.transport === 'wss' ? { https: await selfSigned() } : {}
  const node = await createLibp2p({
    privateKey,
    addresses: { listen },
    transports: [
      tcp(),
      webSockets({ ...secureWebSockets, websocket: { rejectUnauthorized: false } }),
      ...(setup.quic ? [quic()] : []),
      ...chosenRelayTransports(),
    ],
    connectionEncrypters: setup.securities.map((name) => securities[name]()),
    streamMuxers: [muxers[setup.muxer](manyStreams && setup.muxer === 'mplex' ? { disconnectThreshold: raised } : {})],
    ...(setup.psk !== undefined && { connectionProtector: preSharedKey({ psk: setup.psk }) }),
    services: chosenServices(),
    ...(manyStreams && { connectionMonitor: { abortConnectionOnPingFailure: false } }),
    connectionManager: {
      maxConnections: raised,
      inboundConnectionThreshold: raised,
      maxIncomingPendingConnections: raised,
    },
  })
  await node.handle(echoProtocol, handleEcho, { maxInboundStreams: raised, maxOutboundStreams: raised })
  await node.handle(perfProtocol, handlePerf, { maxInboundStreams: raised, maxOutboundStreams: raised })
  return node
}
