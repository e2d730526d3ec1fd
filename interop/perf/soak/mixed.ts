import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as later } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { inMebibytes, isFlat, MemoryWatch } from './memory-watch.ts'
import { echoProtocol, floodProtocol } from './mixed-load.ts'
import { trendText, writeSoak } from './soak-report.ts'

const sampleEveryMs = 5_000
const tellEveryMs = 60_000
/** How often the node serves another protocol, and pushes that. */
const changeEveryMs = 7_000
const floodBytes = 8 * 1_048_576
const chunk = new Uint8Array(65_536)

/** Serves a mixed load for so long, and fails where its memory grew. */
export async function soakUnderMixedLoad(minutes: number, perSecond: number, folder: string): Promise<void> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'p2pspec-soak-'))
  const node = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'], perf: true, dataFolder })
  const counts = serve(node)
  const watch = new MemoryWatch(() => ({
    connections: node.connections.length,
    streams: node.resources().system.used.streams,
  }))
  const words = ['mixed-load', String(perSecond), '', node.addresses[0] ?? '']
  const load = spawn(process.execPath, [fileURLToPath(new URL('./soak.ts', import.meta.url)), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const told = linesOf(load.stdout)
  const usedBefore = process.cpuUsage()
  const begin = performance.now()
  watch.start(sampleEveryMs)
  const changes = setInterval(() => changeProtocols(node), changeEveryMs)
  const telling = setInterval(() => tell(watch, begin), tellEveryMs)
  await later(minutes * 60_000)
  clearInterval(telling)
  clearInterval(changes)
  watch.stop()
  const { user, system } = process.cpuUsage(usedBefore)
  const share = (user + system) / 1_000 / (performance.now() - begin)
  load.stdin.end()
  const [line = '{}'] = await told
  const done = JSON.parse(line) as Readonly<Record<string, number>> // written by the load itself
  await node.stop()
  await rm(dataFolder, { recursive: true })
  console.log('what the load did:')
  for (const [name, count] of Object.entries(done).sort(([, one], [, other]) => other - one))
    console.log(`  ${count} × ${name}`)
  console.log(`the node: ${JSON.stringify(counts)}, ${(share * 100).toFixed(0)} % of one core`)
  const title = `${minutes} minutes of mixed load, ${perSecond} actions a second`
  const facts = { name: 'mixed', title, samples: watch.samples, counts: { ...counts, ...done } }
  const trends = await writeSoak(folder, facts)
  console.log(trendText('heap', trends.heap))
  console.log(trendText('buffers', trends.buffers))
  console.log(trendText('rss', trends.rss))
  // How much room the engine takes for fresh objects, and when it gives it back, is its own matter: the plot shows both.
  if (!isFlat(trends.heap) || !isFlat(trends.buffers)) process.exitCode = 1
}

function serve(node: P2pNode): Record<string, number> {
  const counts = { connections: 0, 'failed inbound': 0, 'failed handlers': 0, 'peer store faults': 0 }
  node.handle(echoProtocol, echo, { maxInboundStreams: 256 })
  node.handle(floodProtocol, flood, { maxInboundStreams: 64 })
  node.events.on('connection-opened', () => (counts.connections += 1))
  node.events.on('inbound-failed', () => (counts['failed inbound'] += 1))
  node.events.on('handler-failed', () => (counts['failed handlers'] += 1))
  node.events.on('peer-store-fault', () => (counts['peer store faults'] += 1))
  return counts
}

async function echo(stream: Stream): Promise<void> {
  for await (const part of stream) await stream.write(part.slice())
  await stream.closeWrite()
}

/** Writes more than any window holds; the reader takes it or leaves it. */
async function flood(stream: Stream): Promise<void> {
  await stream.read()
  for (let sent = 0; sent < floodBytes; sent += chunk.length) await stream.write(chunk.slice())
  await stream.closeWrite()
}

function changeProtocols(node: P2pNode): void {
  const name = '/p2pspec/now-and-then/1.0.0'
  if (node.protocols.includes(name)) node.unhandle(name)
  else node.handle(name, (stream) => stream.reset())
}

function tell(watch: MemoryWatch, begin: number): void {
  const last = watch.samples.at(-1)
  if (last === undefined) return
  const minutes = ((performance.now() - begin) / 60_000).toFixed(0)
  const { heap, external, rss, connections, streams } = last
  console.log(
    `after ${minutes} min: heap ${inMebibytes(heap)}, buffers ${inMebibytes(external)}, rss ${inMebibytes(rss)}, ${connections} connections, ${streams} streams`,
  )
}

async function linesOf(input: NodeJS.ReadableStream): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input })) lines.push(line)
  return lines
}
