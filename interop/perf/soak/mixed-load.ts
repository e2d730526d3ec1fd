import { connect } from 'node:net'
import { setTimeout as later } from 'node:timers/promises'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import { SeededRandom } from '@p2pspec/runtime/core/random'
import { privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { perf } from '@p2pspec/runtime/protocols/perf/perf'
import { ping } from '@p2pspec/runtime/protocols/ping/ping'

export const echoProtocol = '/p2pspec/echo/1.0.0'
export const floodProtocol = '/p2pspec/flood/1.0.0'

/** Peers that come back again and again: what a node remembers of peers is bounded by their number. */
const identities = 300
/** Nodes that stay, beside those that come and go. */
const residents = 24
const longestVisitMs = 4_000

interface Action {
  readonly name: string
  readonly weight: number
  readonly run: () => Promise<void>
}

/** The other process: does one thing after another by chance until its input ends, then tells how often it did each. */
export async function runMixedLoad(perSecond: number, target: string): Promise<void> {
  const random = new SeededRandom(1)
  const counts: Record<string, number> = {}
  const over = new AbortController()
  process.stdin.resume()
  process.stdin.once('end', () => over.abort())
  const nodes = await Promise.all(Array.from({ length: residents }, async () => await newcomer(random)))
  const actions = actionsOf(random, nodes, target)
  const total = actions.reduce((sum, { weight }) => sum + weight, 0)
  const pending = new Set<Promise<unknown>>()
  while (!over.signal.aborted) {
    let roll = random.below(total)
    const action = actions.find(({ weight }) => (roll -= weight) < 0)
    if (action !== undefined) {
      const done: Promise<unknown> = attempt(action, counts).finally(() => pending.delete(done))
      pending.add(done)
    }
    await later(1_000 / perSecond)
  }
  await Promise.all(pending)
  await Promise.all(nodes.map(async (node) => await node.stop()))
  console.log(JSON.stringify(counts))
}

/** Never rejects. */
async function attempt({ name, run }: Action, counts: Record<string, number>): Promise<void> {
  try {
    await run()
    count(counts, name)
  } catch (error) {
    count(counts, `${name} failed: ${codeOf(error)}`)
  }
}

function actionsOf(random: SeededRandom, nodes: readonly P2pNode[], target: string): readonly Action[] {
  const resident = (): P2pNode => nodes[random.below(nodes.length)] ?? raise('no node is left')
  return [
    {
      name: 'echo',
      weight: 40,
      run: async () => await echo(resident(), target, random.bytes(1 + random.below(60_000))),
    },
    { name: 'ping', weight: 12, run: async () => void (await ping(await resident().dial(target))) },
    {
      name: 'bulk',
      weight: 6,
      run: async () => {
        const size = BigInt(random.below(2_000_000))
        await perf(await resident().dial(target), { uploadBytes: size, downloadBytes: size })
      },
    },
    { name: 'visit', weight: 20, run: async () => await visit(random, target) },
    { name: 'slow reader', weight: 6, run: async () => await readSlowly(resident(), target, random) },
    { name: 'abrupt end', weight: 4, run: async () => (await resident().dial(target)).abort() },
    { name: 'reset', weight: 6, run: async () => (await open(resident(), target, echoProtocol)).reset() },
    { name: 'unknown protocol', weight: 3, run: async () => await askForNothing(resident(), target) },
    { name: 'noise instead of a handshake', weight: 3, run: async () => await rave(target, random.bytes(200)) },
  ]
}

async function newcomer(random: SeededRandom): Promise<P2pNode> {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, random.below(identities))
  return await createNode({ privateKey: privateKeyFromSeed(seed), connectionManager: { livenessIntervalMs: 5_000 } })
}

async function open(node: P2pNode, target: string, protocol: string): Promise<Stream> {
  return await node.openStream(target, protocol)
}

async function echo(node: P2pNode, target: string, bytes: Uint8Array): Promise<void> {
  const stream = await open(node, target, echoProtocol)
  const { length } = bytes
  await stream.write(bytes)
  await stream.closeWrite()
  let received = 0
  for await (const chunk of stream) received += chunk.length
  if (received !== length) raise(`${received} of ${length} bytes came back`)
}

/** Comes, is identified, does a little, and goes. */
async function visit(random: SeededRandom, target: string): Promise<void> {
  const node = await newcomer(random)
  try {
    await echo(node, target, random.bytes(100))
    await later(random.below(longestVisitMs))
  } finally {
    await node.stop()
  }
}

/** Lets the other side fill the window, waits, and takes some of it or none. */
async function readSlowly(node: P2pNode, target: string, random: SeededRandom): Promise<void> {
  const stream = await open(node, target, floodProtocol)
  await stream.write(Uint8Array.of(1))
  await later(random.below(longestVisitMs))
  if (random.below(2) === 0) await stream.read()
  stream.reset()
}

/** Succeeds where it is refused. */
async function askForNothing(node: P2pNode, target: string): Promise<void> {
  const connection = await node.dial(target)
  const refused = await Promise.resolve(connection.openStream(['/p2pspec/none/1', '/p2pspec/none/2'])).then(
    () => false,
    () => true,
  )
  if (!refused) raise('a protocol that nobody serves was agreed on')
}

async function rave(target: string, bytes: Uint8Array): Promise<void> {
  const socket = connect(Number(target.split('/')[4]), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(bytes)
  await closed
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function raise(message: string): never {
  throw new Error(message)
}
