import { createNode } from './node.js'
import { echoProtocol, readAll, transfer } from './protocols.js'

const payloadBytes = 32
const warmUpBytes = 32 * 1024 * 1024
// Under load a few of a thousand dials go wrong in the library (see `dialOnce`); more than this share is no measurement.
const toleratedFailures = 0.05

/** Runs one piece of work against the listener and measures it. */
export async function runWork(job) {
  switch (job.work) {
    case 'bulk-up':
    case 'bulk-down':
      return bulk(job)
    case 'dial':
      return dials(job)
    case 'stream':
      return streams(job)
    case 'latency':
      return latency(job)
    case 'idle':
      return idle(job)
    case 'idle-streams':
      return idleStreams(job)
    default:
      throw new Error(`unknown work '${job.work}': take bulk-up, bulk-down, dial, stream, latency, idle or idle-streams`)
  }
}

async function bulk({ address, work, bytes }) {
  const node = await createNode({})
  const connection = await node.dial(address)
  const once = (size) => (work === 'bulk-up' ? transfer(connection, size, 0) : transfer(connection, 0, size))
  await once(Math.min(warmUpBytes, Math.ceil(bytes / 4)))
  const measured = await measure(() => once(bytes))
  return { ...measured, bytes, count: 1 }
}

async function dials({ address, count, parallel }) {
  // A node joins two dials to one peer into one, so that each lane is a node with an identity of its own.
  const nodes = await Promise.all(Array.from({ length: Math.min(parallel, count) }, () => createNode({})))
  let failures = 0
  const dialOnce = async (lane) => {
    try {
      const connection = await nodes[lane].dial(address)
      await echoOnce(connection)
      await connection.close()
    } catch (error) {
      // A close that never ends, or an echo stream that ends before its bytes: what a user does is to try again.
      failures++
      if (failures > 1 + count * toleratedFailures) throw error
      for (const connection of nodes[lane].getConnections()) connection.abort(error)
      await dialOnce(lane)
    }
  }
  await Promise.all(nodes.map((_, lane) => dialOnce(lane)))
  return { ...(await lanes({ count, parallel: nodes.length }, dialOnce)), failures }
}

async function streams({ address, count, parallel }) {
  const node = await createNode({})
  const connection = await node.dial(address)
  await lanes({ count: Math.ceil(count / 4), parallel }, () => echoOnce(connection))
  return lanes({ count, parallel }, () => echoOnce(connection))
}

async function latency({ address, count }) {
  const node = await createNode({})
  const connection = await node.dial(address)
  const stream = await connection.newStream(echoProtocol)
  const payload = new Uint8Array(payloadBytes)
  let received = 0
  let arrived = () => {}
  const ended = readAll(stream, (data) => {
    received += data.byteLength
    if (received % payloadBytes === 0) arrived()
  })
  const roundTrip = () =>
    new Promise((resolve) => {
      arrived = resolve
      stream.send(payload)
    })
  await lanes({ count: Math.ceil(count / 4), parallel: 1 }, roundTrip)
  const result = await lanes({ count, parallel: 1 }, roundTrip)
  await stream.close()
  await ended
  return result
}

/** Opens `count` connections, each from an identity of its own, and holds them until stdin closes. */
async function idle({ address, count, print }) {
  const nodes = []
  for (let index = 0; index < count; index++) {
    const node = await createNode({})
    nodes.push(node)
    await echoOnce(await node.dial(address))
  }
  print({ event: 'held', count: nodes.length })
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.once('end', resolve))
  return { seconds: 0, cpuSeconds: 0, bytes: 0, count }
}

/** Opens `count` streams on one connection, echoes once over each, and holds them until stdin closes. */
async function idleStreams({ address, count, print }) {
  const node = await createNode({})
  const connection = await node.dial(address)
  for (let index = 0; index < count; index++) {
    const stream = await connection.newStream(echoProtocol)
    let received = 0
    const echoed = new Promise((resolve) => {
      stream.addEventListener('message', ({ data }) => {
        received += data.byteLength
        if (received >= payloadBytes) resolve()
      })
    })
    stream.send(new Uint8Array(payloadBytes))
    await echoed
  }
  print({ event: 'held', count })
  process.stdin.resume()
  await new Promise((resolve) => process.stdin.once('end', resolve))
  return { seconds: 0, cpuSeconds: 0, bytes: 0, count }
}

async function echoOnce(connection) {
  const stream = await connection.newStream(echoProtocol)
  let received = 0
  const ended = readAll(stream, (data) => {
    received += data.byteLength
  })
  stream.send(new Uint8Array(payloadBytes))
  await stream.close()
  await ended
  if (received !== payloadBytes) throw new Error(`the echo was ${received} of ${payloadBytes} bytes`)
}

/** Runs `once` count times in `parallel` lanes; with the times of the single runs. */
async function lanes({ count, parallel }, once) {
  const timesMs = []
  let started = 0
  const lane = async (index) => {
    while (started < count) {
      started++
      const begin = performance.now()
      await once(index)
      timesMs.push(performance.now() - begin)
    }
  }
  const measured = await measure(() => Promise.all(Array.from({ length: parallel }, (_, index) => lane(index))))
  timesMs.sort((a, b) => a - b)
  const at = (share) => timesMs[Math.min(timesMs.length - 1, Math.floor(timesMs.length * share))]
  return { ...measured, bytes: 0, count, p50Ms: at(0.5), p99Ms: at(0.99) }
}

async function measure(work) {
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  await work()
  const seconds = (performance.now() - begin) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  return { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 }
}
