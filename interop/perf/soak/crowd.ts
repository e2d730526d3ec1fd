// What one node bears: many connections, each with a few open streams, over loopback, the dialers in a process of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as later } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { noise } from '@p2pspec/runtime/protocols/noise/noise'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { formatResources } from '@p2pspec/runtime/swarm/resources/view'
import { inMebibytes, MemoryWatch } from './memory-watch.ts'
import { writeSoak } from './soak-report.ts'

const protocol = '/p2pspec/echo/1.0.0'
/** Dials under way at once. */
const concurrency = 16
/** A machine that has much else to do takes longer than a dial may; that is no fault of the node. */
const attempts = 5
const sampleEveryMs = 500

/** Serves until all have come and gone. */
export async function soakWithCrowd(
  connections: number,
  streamsEach: number,
  settleMs: number,
  folder: string,
): Promise<void> {
  const node = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'], identify: false })
  node.handle(protocol, (stream) => {
    stream.consume({
      push: (chunk) => void stream.writeNow(Uint8Array.from(chunk)),
      end: () => stream.closeWriteNow(),
      fail: () => {},
    })
  })
  let failures = 0
  node.events.on('inbound-failed', ({ error }) => {
    failures += 1
    console.error(error.message)
  })
  const watch = new MemoryWatch(() => ({
    connections: node.connections.length,
    streams: node.resources().system.used.streams,
  }))
  const before = tell('an idle node', watch)
  watch.start(sampleEveryMs)
  const begin = performance.now()
  const [listening = ''] = node.addresses
  const words = ['crowd-dialers', String(connections), String(streamsEach), listening]
  const dialers = spawn(process.execPath, [fileURLToPath(new URL('./soak.ts', import.meta.url)), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let openStreams = 0
  for await (const line of createInterface({ input: dialers.stdout })) {
    console.log(`after ${((performance.now() - begin) / 1000).toFixed(1)} s: ${line}`)
    if (line !== 'all streams are open') continue
    const after = tell(`${connections} connections, ${connections * streamsEach} streams`, watch)
    openStreams = after.streams
    console.log(`heap per connection with its streams: ${Math.round((after.heap - before.heap) / connections)} bytes`)
    console.log(`rss per connection with its streams: ${Math.round((after.rss - before.rss) / connections)} bytes`)
    console.log(formatResources(node.resources(), { top: 1 }))
    dialers.stdin.end()
  }
  while (node.connections.length > 0) await new Promise((resolve) => node.events.on('connection-closed', resolve))
  tell('all are gone', watch)
  // What ended is held by its last timers for some seconds.
  await later(settleMs)
  watch.stop()
  tell(`${settleMs / 1_000} s later`, watch)
  console.log(formatResources(node.resources()))
  await writeSoak(folder, {
    name: 'crowd',
    title: `${connections} connections with ${streamsEach} streams each`,
    samples: watch.samples,
    counts: { connections, streams: openStreams, failures },
  })
  await node.stop()
  // A dial that took too long is tried again, and counts on this side as one that failed.
  if (openStreams !== connections * streamsEach) process.exitCode = 1
}

function tell(what: string, watch: MemoryWatch): ReturnType<MemoryWatch['take']> {
  const sample = watch.take()
  const { heap, external, rss } = sample
  console.log(`${what}: heap ${inMebibytes(heap)}, buffers ${inMebibytes(external)}, rss ${inMebibytes(rss)}`)
  return sample
}

/** The other process: dials, opens streams, tells how far it is, and ends when its input does. */
export async function dialAsCrowd(connections: number, streamsEach: number, target: string): Promise<void> {
  const nodes: P2pNode[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < connections) {
        next += 1
        nodes.push(await dialOne(target, streamsEach))
        if (nodes.length % 1_000 === 0) console.log(`${nodes.length} connections`)
      }
    }),
  )
  console.log('all streams are open')
  process.stdin.resume()
  await once(process.stdin, 'end')
  process.exit(0)
}

/** One identity for each connection: a peer may hold eight. */
async function dialOne(target: string, streamsEach: number): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  const node = await createNode({ privateKey, identify: false, ping: false, encrypters: [noise({ privateKey })] })
  const connection = await dialPatiently(node, target)
  for (let count = 0; count < streamsEach; count += 1) {
    const stream = await connection.openStream(protocol)
    await stream.write(new Uint8Array([1]))
    if ((await stream.read()) === null) throw new Error('the stream ended without an answer')
  }
  return node
}

async function dialPatiently(node: P2pNode, target: string): Promise<Awaited<ReturnType<P2pNode['dial']>>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await node.dial(target)
    } catch (error) {
      if (attempt === attempts) throw error
    }
  }
}
