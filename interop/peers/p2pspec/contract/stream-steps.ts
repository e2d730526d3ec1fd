import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import { perf } from '@p2pspec/runtime/protocols/perf/perf'
import { echoProtocol } from '../echo.ts'
import type { StreamAmounts } from './environment.ts'
import {
  drain,
  echoOnce,
  finishEcho,
  greeting,
  greetProtocol,
  readBack,
  resetProtocol,
  stallProtocol,
} from './protocols.ts'
import type { ResultValue } from './result-yaml.ts'

const payload = new Uint8Array(32).fill(7)
const chunk = new Uint8Array(64 * 1024)
const echoesWhileHeldBack = 200
const unboundedBytes = 64 * 1024 * 1024

export interface StepResults {
  readonly results: { readonly [name: string]: ResultValue }
  readonly failed: boolean
}

/** Runs every step of the streams scenario, also after one that failed or that was not done within its limit. */
export async function streamSteps(
  connection: Connection,
  amounts: StreamAmounts,
  { muxer, limitMs }: { readonly muxer: string; readonly limitMs: number },
): Promise<StepResults> {
  const results: Record<string, ResultValue> = {}
  let failed = false
  const step = async (name: string, run: () => Promise<void>): Promise<void> => {
    try {
      await within(limitMs, run())
      results[name] ??= 'ok'
    } catch (error) {
      failed = true
      results[name] = error instanceof Error ? error.message : String(error)
    }
  }
  await step('half_close', async () => await echoOnce(connection, payload))
  await step('half_close_remote', async () => await halfCloseOfRemote(connection))
  await step('reset_by_listener', async () => await resetByListener(connection))
  await step('reset_by_dialer', async () => {
    const stream = await connection.openStream(echoProtocol)
    await stream.write(payload)
    await readBack(stream, payload.byteLength)
    stream.reset()
    await echoOnce(connection, payload)
  })
  await step('back_pressure', async () => {
    const { outcome, acceptedBytes } = await backPressure(connection)
    results['back_pressure_accepted_bytes'] = acceptedBytes
    // A stream of mplex that is not read is reset: there is nothing to hold it back by.
    if (outcome !== 'held-back' && !(outcome === 'reset' && muxer === 'mplex')) throw new Error(outcome)
    if (outcome === 'reset') results['back_pressure'] = outcome
  })
  await step('many', async () => await manyStreams(connection, amounts))
  await step('large', async () => {
    results['large_up_seconds'] = await secondsOf(perf(connection, { uploadBytes: amounts.largeBytes }))
    results['large_down_seconds'] = await secondsOf(perf(connection, { downloadBytes: amounts.largeBytes }))
  })
  return { results, failed }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${limitMs / 1000} s`)), limitMs)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

async function halfCloseOfRemote(connection: Connection): Promise<void> {
  const stream = await connection.openStream(greetProtocol)
  const received = await drain(stream)
  if (!received.equals(greeting)) throw new Error(`the greeting was '${received.toString()}'`)
  await stream.write(chunk)
  await stream.closeWrite()
  const reason = await stream.closed
  if (reason !== undefined) throw reason
}

async function resetByListener(connection: Connection): Promise<void> {
  const stream = await connection.openStream(resetProtocol)
  await stream.write(payload.subarray(0, 1))
  const read = async (): Promise<Uint8Array | null> => await stream.read()
  const end = await read().catch(() => 'reset')
  if (end !== 'reset') throw new Error(end === null ? 'a clean end in place of the reset' : 'bytes in place of the reset')
}

/** Writes to a stream that nobody reads until no more is taken while echoes go through on another one. */
async function backPressure(connection: Connection): Promise<{ readonly outcome: string; readonly acceptedBytes: number }> {
  const stalled = await connection.openStream(stallProtocol)
  const other = await connection.openStream(echoProtocol)
  let acceptedBytes = 0
  let outcome = 'unbounded'
  while (acceptedBytes < unboundedBytes) {
    const written = await writeWhileEchoing(stalled, other)
    if (written === 'taken') acceptedBytes += chunk.byteLength
    else {
      outcome = written
      break
    }
  }
  stalled.reset()
  await other.close()
  return { outcome, acceptedBytes }
}

async function writeWhileEchoing(stalled: Stream, other: Stream): Promise<'taken' | 'reset' | 'held-back'> {
  let written: 'taken' | 'reset' | undefined
  const write = async (): Promise<void> => await stalled.write(chunk)
  void write().then(
    () => (written = 'taken'),
    () => (written = 'reset'),
  )
  await Promise.resolve()
  for (let echoes = 0; echoes < echoesWhileHeldBack; echoes++) {
    if (written !== undefined) return written
    await other.write(payload)
    await readBack(other, payload.byteLength)
  }
  return written ?? 'held-back'
}

/** So many at a time are open together: each has sent its bytes before the first one ends. */
async function manyStreams(connection: Connection, { count, atOnce }: StreamAmounts): Promise<void> {
  for (let done = 0; done < count; done += atOnce) {
    const size = Math.min(atOnce, count - done)
    const streams = await Promise.all(
      Array.from({ length: size }, async () => {
        const stream = await connection.openStream(echoProtocol)
        await stream.write(payload)
        return stream
      }),
    )
    await Promise.all(streams.map(async (stream) => await finishEcho(stream, payload)))
  }
}

async function secondsOf(work: Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work
  return (performance.now() - begin) / 1000
}
