import { streamSteps } from './stream-steps.js'
import { raised } from './node.js'
import { greeting, greetProtocol, pushedProtocol, pushProtocol, readAll, resetProtocol, stallProtocol, transfer } from './protocols.js'
import { summaryOf } from './result.js'

const pushPatienceMs = 10_000
/** How much of its time the dialer spends on one step at most. */
const stepShare = 4

export const scenarios = { ping: pingScenario, perf: perfScenario, pnet: pnetScenario, identify: identifyScenario, streams: streamsScenario }

/** What a listener serves besides ping, identify, perf and echo. */
export async function serveScenarios(node) {
  const serve = async (protocol, handler) => {
    const guarded = async (stream) => {
      try {
        await handler(stream)
      } catch (error) {
        stream.abort(error)
      }
    }
    await node.handle(protocol, guarded, { maxInboundStreams: raised, maxOutboundStreams: raised })
  }
  await serve(greetProtocol, async (stream) => {
    const ended = readAll(stream, () => {})
    stream.send(greeting)
    await stream.close()
    await ended
  })
  await serve(resetProtocol, async (stream) => {
    await new Promise((resolve) => stream.addEventListener('message', resolve, { once: true }))
    stream.abort(new Error('the scenario asks for a reset'))
  })
  // A paused stream is what js-libp2p holds back; one that nobody listens to fills memory.
  await serve(stallProtocol, (stream) => stream.pause())
  await serve(pushProtocol, async (stream) => {
    await readAll(stream, () => {})
    // The node pushes identify by itself when what it serves changes.
    await serve(pushedProtocol, (pushed) => pushed.abort(new Error('nothing is served here')))
    await stream.close()
  })
}

async function pingScenario(node, address, _, signal) {
  const begin = performance.now()
  const connection = await node.dial(address, { signal })
  const pinged = performance.now()
  // What the service tells is in whole milliseconds.
  await node.services.ping.ping(connection.remotePeer, { signal })
  const end = performance.now()
  return { document: { latency: { handshake_plus_one_rtt: end - begin, ping_rtt: end - pinged, unit: 'ms' } } }
}

async function pnetScenario(node, address, settings, signal) {
  if (settings.setup.networkKey === undefined) throw new Error('the pnet scenario takes PSK')
  const { document } = await pingScenario(node, address, settings, signal)
  return { document: { pnet: true, ...document } }
}

async function perfScenario(node, address, { perf }, signal) {
  const connection = await node.dial(address, { signal })
  const seconds = async (count, up, down) => {
    const samples = []
    for (let index = 0; index < count; index++) {
      const begin = performance.now()
      await transfer(connection, up, down)
      samples.push((performance.now() - begin) / 1000)
    }
    return samples
  }
  const gigabits = (byteCount) => (time) => (byteCount * 8) / time / 1e9
  const upload = await seconds(perf.uploadIterations, perf.uploadBytes, 0)
  const download = await seconds(perf.downloadIterations, 0, perf.downloadBytes)
  const latency = await seconds(perf.latencyIterations, 1, 1)
  return {
    document: {
      upload: summaryOf(upload.map(gigabits(perf.uploadBytes)), 'Gbps'),
      download: summaryOf(download.map(gigabits(perf.downloadBytes)), 'Gbps'),
      latency: summaryOf(
        latency.map((time) => time * 1000),
        'ms',
      ),
    },
  }
}

async function streamsScenario(node, address, { streams, setup, timeoutMs }, signal) {
  const connection = await node.dial(address, { signal })
  const { results, failed } = await streamSteps(connection, streams, setup.muxer, timeoutMs / stepShare)
  return { document: { streams: results }, failed }
}

async function identifyScenario(node, address, _, signal) {
  const identified = new Promise((resolve) => {
    node.addEventListener('peer:identify', (event) => resolve(event.detail))
  })
  const connection = await node.dial(address, { signal })
  const info = await orGiveUp(identified, signal, 'the peer did not say who it is')
  const pushed = new Promise((resolve) => {
    node.addEventListener('peer:update', ({ detail }) => {
      if (detail.peer.id.equals(connection.remotePeer) && detail.peer.protocols.includes(pushedProtocol)) resolve(true)
    })
  })
  const stream = await connection.newStream(pushProtocol, { signal })
  const ended = readAll(stream, () => {})
  await stream.close()
  await ended
  const received = await orGiveUp(pushed, AbortSignal.timeout(pushPatienceMs), 'nothing was pushed').catch(() => false)
  return {
    document: {
      identify: {
        peer_id: info.peerId.toString(),
        agent_version: info.agentVersion ?? null,
        protocol_version: info.protocolVersion ?? null,
        observed_addr: info.observedAddr?.toString() ?? null,
        signed_peer_record: info.signedPeerRecord !== undefined,
        listen_addrs: info.listenAddrs.map(String),
        protocols: info.protocols,
      },
      push: { received },
    },
    failed: !received,
  }
}

async function orGiveUp(promise, signal, reason) {
  const gaveUp = new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error(reason))))
  return await Promise.race([promise, gaveUp])
}
