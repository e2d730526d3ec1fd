// js-libp2p behind the peer command line: listen, dial, perf, contract.
import './key-log.js'
import { parseArgs } from 'node:util'
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import { isContract, runContract } from './contract.js'
import { createNode } from './node.js'
import { chooseSetup, listenAddress, setupOptions, Unsupported, unsupportedExitCode } from './setup.js'
import { runWork } from './work.js'

const dialTimeoutMs = 10_000
const bytesDefault = 64 * 1024 * 1024

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
  if (command === 'contract' || (command === undefined && isContract())) process.exit(await runContract())
  chooseSetup(values, target)
  if (command === 'listen') await listen()
  else if (command === 'dial' && target !== undefined) await dial(multiaddr(target)).then(() => process.exit(0))
  else if (command === 'dial') await dialOnCommand()
  else if (command === 'perf' && target !== undefined) await perf(multiaddr(target))
  else fail('usage: peer listen | dial [<multiaddr>] | perf <multiaddr> --work <work> | contract')
} catch (error) {
  if (error instanceof Unsupported) fail(error.message, true)
  fail(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}

async function listen() {
  const node = await createNode({ seed: values.seed, listen: [listenAddress(values.host, values.port)] })
  print({
    event: 'listening',
    addresses: node.getMultiaddrs().map((listening) => listening.toString()),
    agent: node.services.identify.host.agentVersion,
  })
  process.once('SIGTERM', () => process.exit(0))
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'memory') print(memory(node))
  }
  process.exit(0)
}

async function dial(address) {
  const node = await createNode({ seed: values.seed })
  // By itself a ping waits for its time to be over when its connection is.
  const closed = new AbortController()
  node.addEventListener('connection:close', () => closed.abort(new Error('the connection was closed')))
  const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(dialTimeoutMs)])
  try {
    const connection = await node.dial(address, { signal })
    const rttMs = await node.services.ping.ping(connection.remotePeer, { signal })
    print({ event: 'pinged', rttMs })
  } finally {
    await node.stop()
  }
}

/** A node of its own for each line `dial <multiaddr>` of standard input. */
async function dialOnCommand() {
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, address = ''] = line.split(' ')
    if (word !== 'dial') continue
    try {
      await dial(multiaddr(address))
      print({ event: 'dialled' })
    } catch (error) {
      print({ event: 'failed', reason: String(error) })
    }
  }
}

async function perf(address) {
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

function memory(node) {
  globalThis.gc?.()
  const usage = process.memoryUsage()
  return { event: 'memory', rssBytes: usage.rss, heapBytes: usage.heapUsed, connections: node.getConnections().length }
}

function print(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

function fail(reason, unsupported = false) {
  print({ event: 'failed', reason, unsupported })
  process.exit(unsupported ? unsupportedExitCode : 1)
}
