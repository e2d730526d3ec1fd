// This project's own node behind the peer command line: listen, dial, perf.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { P2pNode } from '@p2pspec/runtime/node/create-node'
import { ping } from '@p2pspec/runtime/protocols/ping/ping'
import { startNode, useNetwork, useSecurity } from './node.ts'
import { runWork } from './work.ts'

const dialTimeoutMs = 10_000
const bytesDefault = 64 * 1024 * 1024
/** What stands behind the port, by the name of the transport. */
const suffixes = new Map([
  ['tcp', ''],
  ['ws', '/ws'],
])

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    transport: { type: 'string', default: 'tcp' },
    seed: { type: 'string' },
    security: { type: 'string' },
    psk: { type: 'string' },
    benchmark: { type: 'boolean', default: false },
    work: { type: 'string', default: 'bulk-up' },
    bytes: { type: 'string', default: String(bytesDefault) },
    count: { type: 'string', default: '100' },
    parallel: { type: 'string', default: '1' },
  },
})
const [command, target] = positionals

try {
  if (values.psk !== undefined) useNetwork(values.psk)
  if (values.security !== undefined && !useSecurity(values.security)) fail(`--security takes noise, tls or plaintext, not '${values.security}'`)
  else if (command === 'listen') await listen()
  else if (command === 'dial' && target !== undefined) await dial(target)
  else if (command === 'perf' && target !== undefined) await perf(target)
  else fail('usage: peer listen | dial <multiaddr> | perf <multiaddr> --work <work>')
} catch (error) {
  fail(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}

async function listen(): Promise<void> {
  const suffix = suffixes.get(values.transport)
  if (suffix === undefined) return fail(`--transport takes tcp or ws, not '${values.transport}'`)
  const address = `/ip${values.host.includes(':') ? 6 : 4}/${values.host}/tcp/${values.port}${suffix}`
  const node = await startNode({ seed: values.seed, listen: [address] })
  print({ event: 'listening', addresses: node.addresses, agent: node.services.agentVersion })
  const stop = async (): Promise<never> => {
    await node.stop()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'memory') print(memory(node))
  }
  await stop()
}

async function dial(address: string): Promise<void> {
  const node = await startNode({ seed: values.seed })
  const signal = AbortSignal.timeout(dialTimeoutMs)
  try {
    const connection = await node.dial(address, { signal })
    const { mean } = await ping(connection, { signal })
    print({ event: 'pinged', rttMs: mean })
  } finally {
    // What the node still has to say must leave before the process does.
    await node.stop()
  }
  process.exit(0)
}

async function perf(address: string): Promise<void> {
  const result = await runWork({
    address,
    work: values.work,
    bytes: Number(values.bytes),
    count: Number(values.count),
    parallel: Number(values.parallel),
    print,
  })
  print({ event: 'result', work: values.work, ...result })
  process.exit(0)
}

function memory(node: P2pNode): object {
  globalThis.gc?.()
  const usage = process.memoryUsage()
  return { event: 'memory', rssBytes: usage.rss, heapBytes: usage.heapUsed, connections: node.connections.length }
}

function print(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

function fail(reason: string): void {
  print({ event: 'failed', reason })
  process.exit(1)
}
