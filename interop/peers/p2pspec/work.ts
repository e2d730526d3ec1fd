import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { perf } from '@p2pspec/runtime/protocols/perf/perf'
import { echoProtocol } from './echo.ts'
import { chosenOptions } from './setup.ts'

const payloadBytes = 32
const warmUpBytes = 32 * 1024 * 1024

export interface Job {
  readonly address: string
  readonly work: string
  readonly bytes: number
  readonly count: number
  readonly parallel: number
  readonly print: (event: object) => void
}

export interface Measured {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly bytes: number
  readonly count: number
  readonly p50Ms?: number
  readonly p99Ms?: number
}

/** Runs one piece of work against the listener and measures it. */
export async function runWork(job: Job): Promise<Measured> {
  switch (job.work) {
    case 'bulk-up':
    case 'bulk-down':
      return await bulk(job)
    case 'dial':
      return await dials(job)
    case 'stream':
      return await streams(job)
    case 'latency':
      return await latency(job)
    case 'idle':
      return await idle(job)
    case 'idle-streams':
      return await idleStreams(job)
    default:
      throw new Error(`unknown work '${job.work}': take bulk-up, bulk-down, dial, stream, latency, idle or idle-streams`)
  }
}

async function bulk({ address, work, bytes }: Job): Promise<Measured> {
  const node = await createNode(chosenOptions())
  const connection = await node.dial(address)
  const transfer = async (size: number): Promise<void> => {
    await perf(connection, work === 'bulk-up' ? { uploadBytes: size } : { downloadBytes: size })
  }
  await transfer(Math.min(warmUpBytes, Math.ceil(bytes / 4)))
  const measured = await measure(async () => await transfer(bytes))
  return { ...measured, bytes, count: 1 }
}

async function dials({ address, count, parallel }: Job): Promise<Measured> {
  // A node keeps one connection to a peer, so that each lane is a node with an identity of its own.
  const nodes: P2pNode[] = await Promise.all(
    Array.from({ length: Math.min(parallel, count) }, async () => await createNode(chosenOptions())),
  )
  const once = async (lane: number): Promise<void> => {
    const connection = await nodes[lane]?.dial(address)
    if (connection === undefined) throw new Error(`there is no node ${lane}`)
    await echoOnce(connection)
    await connection.close()
  }
  await lanes({ count: nodes.length, parallel: nodes.length }, once)
  return await lanes({ count, parallel: nodes.length }, once)
}

async function streams({ address, count, parallel }: Job): Promise<Measured> {
  const node = await createNode(chosenOptions())
  const connection = await node.dial(address)
  await lanes({ count: Math.ceil(count / 4), parallel }, async () => await echoOnce(connection))
  return await lanes({ count, parallel }, async () => await echoOnce(connection))
}

async function latency({ address, count }: Job): Promise<Measured> {
  const node = await createNode(chosenOptions())
  const stream = await node.openStream(address, echoProtocol)
  const payload = new Uint8Array(payloadBytes)
  const roundTrip = async (): Promise<void> => {
    await stream.write(payload)
    await readSome(stream, payloadBytes)
  }
  await lanes({ count: Math.ceil(count / 4), parallel: 1 }, roundTrip)
  const result = await lanes({ count, parallel: 1 }, roundTrip)
  await stream.close()
  return result
}

/** Opens `count` connections, each from an identity of its own, and holds them until stdin closes. */
async function idle({ address, count, print }: Job): Promise<Measured> {
  const nodes: P2pNode[] = []
  for (let index = 0; index < count; index++) {
    const node = await createNode(chosenOptions())
    nodes.push(node)
    await echoOnce(await node.dial(address))
  }
  print({ event: 'held', count: nodes.length })
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.once('end', resolve))
  return { seconds: 0, cpuSeconds: 0, bytes: 0, count }
}

/** Opens `count` streams on one connection, echoes once over each, and holds them until stdin closes. */
async function idleStreams({ address, count, print }: Job): Promise<Measured> {
  const node = await createNode(chosenOptions())
  const connection = await node.dial(address)
  for (let index = 0; index < count; index++) {
    const stream = await connection.openStream(echoProtocol)
    await stream.write(new Uint8Array(payloadBytes))
    await readSome(stream, payloadBytes)
  }
  print({ event: 'held', count })
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.once('end', resolve))
  return { seconds: 0, cpuSeconds: 0, bytes: 0, count }
}

async function echoOnce(connection: Connection): Promise<void> {
  const stream = await connection.openStream(echoProtocol)
  await stream.write(new Uint8Array(payloadBytes))
  await stream.closeWrite()
  const received = await drain(stream)
  if (received !== payloadBytes) throw new Error(`the echo was ${received} of ${payloadBytes} bytes`)
}

async function drain(stream: Stream): Promise<number> {
  let received = 0
  for (;;) {
    const next = stream.read()
    const chunk = next instanceof Promise ? await next : next
    if (chunk === null) return received
    received += chunk.byteLength
  }
}

async function readSome(stream: Stream, bytes: number): Promise<void> {
  let received = 0
  while (received < bytes) {
    const next = stream.read()
    const chunk = next instanceof Promise ? await next : next
    if (chunk === null) throw new Error(`the stream ended after ${received} of ${bytes} bytes`)
    received += chunk.byteLength
  }
}

/** Runs `once` count times in `parallel` lanes; with the times of the single runs. */
async function lanes(
  amount: { readonly count: number; readonly parallel: number },
  once: (lane: number) => Promise<void>,
): Promise<Measured> {
  const { count, parallel } = amount
  const timesMs: number[] = []
  let started = 0
  const lane = async (index: number): Promise<void> => {
    while (started < count) {
      started++
      const begin = performance.now()
      await once(index)
      timesMs.push(performance.now() - begin)
    }
  }
  const measured = await measure(
    async () => await Promise.all(Array.from({ length: parallel }, async (_, index) => await lane(index))),
  )
  timesMs.sort((a, b) => a - b)
  const at = (share: number): number => timesMs[Math.min(timesMs.length - 1, Math.floor(timesMs.length * share))] ?? 0
  return { ...measured, bytes: 0, count, p50Ms: at(0.5), p99Ms: at(0.99) }
}

async function measure(
  work: () => Promise<unknown>,
): Promise<{ readonly seconds: number; readonly cpuSeconds: number }> {
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  await work()
  const seconds = (performance.now() - begin) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  return { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 }
}
