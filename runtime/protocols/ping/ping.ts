import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions, Stream } from '@p2pspec/generated/interfaces/stream'
import { clientRole, serverRole } from '@p2pspec/generated/protocols/ping/machine'
import { orAborted, throwIfAborted } from '../../core/abort.ts'
import { systemClock, type Clock } from '../../core/clock.ts'
import { Driver, drive } from '../../core/driver.ts'
import { systemRandom, type Random } from '../../core/random.ts'

export const pingProtocol = '/ipfs/ping/1.0.0'

export interface PingOptions extends AbortOptions {
  /** Payloads to send, one after another, on one stream; one where absent. */
  readonly count?: number | undefined
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
}

/** Times in milliseconds. */
export interface PingResult {
  readonly roundTrips: readonly number[]
  readonly min: number
  readonly mean: number
  readonly max: number
  /** Standard deviation of the round trips. */
  readonly deviation: number
}

/** The ping that runs on each connection, so that the next one waits for its stream to be closed. */
const running = new WeakMap<Connection, Promise<unknown>>()

/**
 * Measures the round trip to the remote. Rejects with a `DriverError` (`timeout`, `wrong-payload`, `closed`…) or with the signal's reason.
 *
 * @example
 * const { mean } = await ping(connection, { count: 5 })
 */
export async function ping(connection: Connection, options: PingOptions = {}): Promise<PingResult> {
  const { count = 1, signal } = options
  if (!Number.isInteger(count) || count < 1 || count > limits.ping.maxCount) {
    throw new RangeError(`${count} pings: ask for 1 to ${limits.ping.maxCount}`)
  }
  //= PING-STREAMS-1
  for (let other = running.get(connection); other !== undefined; other = running.get(connection))
    await orAborted(other, signal)
  throwIfAborted(signal)
  const roundTrips = measure(connection, count, options)
  const over = roundTrips.then(
    () => running.delete(connection),
    () => running.delete(connection),
  )
  running.set(connection, over)
  return statistics(await roundTrips)
}

/** Echoes every payload of one stream until the remote ends it. Register it with `limits.ping.maxInboundStreams`. */
//= PING-STREAMS-2
export async function handlePing(
  stream: Stream,
  options: { readonly clock?: Clock | undefined } & AbortOptions = {},
): Promise<void> {
  await drive(serverRole, {}, stream, options)
}

async function measure(connection: Connection, count: number, options: PingOptions): Promise<number[]> {
  const { clock = systemClock, random = systemRandom, signal } = options
  const stream = await connection.openStream(pingProtocol, { signal })
  return await new Promise((resolve, reject) => {
    const roundTrips: number[] = []
    let sentAt = clock.now()
    const driver = new Driver(clientRole, stream, {
      clock,
      signal,
      onOutput: () => {
        const now = clock.now()
        roundTrips.push(now - sentAt)
        sentAt = now
        if (roundTrips.length === count) driver.call({ type: 'call.finish' })
        else driver.call({ type: 'call.ping', data: random.bytes(limits.ping.payloadBytes) })
      },
      onEnd: (error) => {
        if (error === undefined) resolve(roundTrips)
        else reject(error)
      },
    })
    //= PING-SEND-1
    driver.start({ first: random.bytes(limits.ping.payloadBytes) })
  })
}

function statistics(roundTrips: readonly number[]): PingResult {
  let min = Infinity
  let max = 0
  let sum = 0
  for (const roundTrip of roundTrips) {
    min = Math.min(min, roundTrip)
    max = Math.max(max, roundTrip)
    sum += roundTrip
  }
  const mean = sum / roundTrips.length
  let squares = 0
  for (const roundTrip of roundTrips) squares += (roundTrip - mean) ** 2
  return { roundTrips, min, mean, max, deviation: Math.sqrt(squares / roundTrips.length) }
}
