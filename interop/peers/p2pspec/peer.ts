// This project's own node behind the peer command line: listen, dial, agent, perf, contract.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { P2pNode } from '@p2pspec/runtime/node/create-node'
import { ping } from '@p2pspec/runtime/protocols/ping/ping'
import { isContract } from './contract/environment.ts'
import { restartForKeyLog } from './key-log.ts'
import { startNode } from './node.ts'
import { chooseSetup, listenAddress, setupOptions, Unsupported, unsupportedExitCode } from './setup.ts'
import { runWork } from './work.ts'

const dialTimeoutMs = 10_000
const bytesDefault = 64 * 1024 * 1024

restartForKeyLog()
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    ...setupOptions,
    seed: { type: 'string' },
    benchmark: { type: 'boolean', default: false },
    work: { type: 'string', default: 'bulk-up' },
    bytes: { type: 'string', default: String(bytesDefault) },
    count: { type: 'string', default: '100' },
    parallel: { type: 'string', default: '1' },
  },
})
const [command, target] = positionals

try {
  if (command === 'contract' || (command === undefined && isContract(process.env)))
    await contract()
  chooseSetup(values)
  if (command === 'listen') await listen()
  else if (command === 'dial' && target !== undefined) await dial(target).then(() => process.exit(0))
  else if (command === 'dial') await dialOnCommand()
  else if (command === 'agent') await agent().then(() => process.exit(0))
  else if (command === 'perf' && target !== undefined) await perf(target)
  else fail('usage: peer listen | dial [<multiaddr>] | agent | perf <multiaddr> --work <work> | contract')
} catch (error) {
  if (error instanceof Unsupported) fail(error.message, true)
  fail(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}

/** Its Redis client is loaded with it: nothing else waits for that. */
async function contract(): Promise<never> {
  const { runContract } = await import('./contract/contract.ts')
  process.exit(await runContract(process.env))
}

async function listen(): Promise<void> {
  const node = await startNode({
    seed: values.seed,
    listen: [listenAddress(values.host, Number(values.port))],
    isBenchmark: values.benchmark,
  })
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
}

/** A node of its own for each line `dial <multiaddr>` of standard input. */
async function dialOnCommand(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, address = ''] = line.split(' ')
    if (word !== 'dial') continue
    try {
      await dial(address)
      print({ event: 'dialled' })
    } catch (error) {
      print({ event: 'failed', reason: String(error) })
    }
  }
}

/** A node that the conformance suite tells what to do; the image of this program is without the suite. */
async function agent(): Promise<void> {
  const { serveAgent } = await import('@p2pspec/conformance/subjects/agent/embedded-agent')
  await serveAgent(await startNode({ seed: values.seed, listen: [listenAddress(values.host, Number(values.port))] }))
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

function fail(reason: string, unsupported = false): void {
  print({ event: 'failed', reason, unsupported })
  process.exit(unsupported ? unsupportedExitCode : 1)
}
