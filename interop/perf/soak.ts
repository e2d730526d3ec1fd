// What one node bears: many connections, each with a few open streams, over loopback, the dialers in a process of their own.
// `node interop/perf/soak.ts [connections] [streams of each]`: by default 10,000 connections and 100,000 streams; needs as many file descriptors as connections.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { noise } from '@p2pspec/runtime/protocols/noise/noise'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { formatResources } from '@p2pspec/runtime/swarm/resources/view'

const protocol = '/p2pspec/echo/1.0.0'
const mebibyte = 1_048_576
/** Dials under way at once. */
const concurrency = 32

const [first = '10000', second = '10', address] = process.argv.slice(2)
const connections = Number(first)
const streamsEach = Number(second)
if (address === undefined) await serve()
else await dialAll(address)

async function serve(): Promise<void> {
  const node = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'], identify: false })
  node.handle(protocol, (stream) => {
    stream.consume({
      push: (chunk) => void stream.writeNow(Uint8Array.from(chunk)),
      end: () => stream.closeWriteNow(),
      fail: () => {},
    })
  })
  node.events.on('inbound-failed', ({ error }) => console.error(error.message))
  const before = measure('an idle node')
  const begin = performance.now()
  const [listening = ''] = node.addresses
  const dialers = spawn(process.execPath, [fileURLToPath(import.meta.url), first, second, listening], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: dialers.stdout })) {
    console.log(`after ${((performance.now() - begin) / 1000).toFixed(1)} s: ${line}`)
    if (line !== 'all streams are open') continue
    const after = measure(`${connections} connections, ${connections * streamsEach} streams`)
    console.log(`heap per connection with its streams: ${Math.round((after.heap - before.heap) / connections)} bytes`)
    console.log(`rss per connection with its streams: ${Math.round((after.rss - before.rss) / connections)} bytes`)
    console.log(formatResources(node.resources(), { top: 1 }))
    dialers.stdin.end()
  }
  while (node.connections.length > 0) await new Promise((resolve) => node.events.on('connection-closed', resolve))
  measure('all are gone')
  console.log(formatResources(node.resources()))
  await node.stop()
}

function measure(what: string): { readonly heap: number; readonly rss: number } {
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const text = [heapUsed, external, rss].map((bytes) => `${(bytes / mebibyte).toFixed(0)} MiB`)
  console.log(`${what}: heap ${text[0]}, external ${text[1]}, rss ${text[2]}`)
  return { heap: heapUsed, rss }
}

/** One identity for each connection: a peer may hold eight. */
async function dialAll(target: string): Promise<void> {
  const nodes: P2pNode[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < connections) {
        next += 1
        nodes.push(await dialOne(target))
        if (nodes.length % 1_000 === 0) console.log(`${nodes.length} connections`)
      }
    }),
  )
  console.log('all streams are open')
  process.stdin.resume()
  await once(process.stdin, 'end')
  process.exit(0)
}

async function dialOne(target: string): Promise<P2pNode> {
  const privateKey = generatePrivateKey('ed25519')
  const node = await createNode({ privateKey, identify: false, ping: false, encrypters: [noise({ privateKey })] })
  const connection = await node.dial(target)
  for (let count = 0; count < streamsEach; count += 1) {
    const stream = await connection.openStream(protocol)
    await stream.write(new Uint8Array([1]))
    if ((await stream.read()) === null) throw new Error('the stream ended without an answer')
  }
  return node
}
