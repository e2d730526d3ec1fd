import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { AbortOptions, Stream } from '@p2pspec/generated/interfaces/stream'
import { clientRole, serverRole } from '@p2pspec/generated/protocols/perf/machine'
import { systemClock, type Clock } from '../../core/clock.ts'
import { drive } from '../../core/driver.ts'
import { ClientCodec, ServerCodec } from './perf-codec.ts'

export const perfProtocol = '/perf/1.0.0'

export interface PerfOptions extends AbortOptions {
  /** Bytes to send; none where absent. */
  readonly uploadBytes?: bigint | number | undefined
  /** Bytes to be sent back; none where absent. */
  readonly downloadBytes?: bigint | number | undefined
  readonly clock?: Clock | undefined
}

export interface PerfResult {
  readonly uploadBytes: bigint
  readonly downloadBytes: bigint
  /** From the opening of the stream until the last uploaded byte was handed to it. */
  readonly uploadMs: number
  /** From then until the server's end of the stream; with nothing to download it is the wait for the upload to arrive. */
  readonly downloadMs: number
  //= PERF-BENCH-1
  /** From the opening of the stream to its end: what throughput is counted over. */
  readonly totalMs: number
}

const greatest = 2n ** 64n - 1n

/**
 * Measures a connection: uploads, then downloads, on one stream. Rejects with a `DriverError`, whose code says what the
 * server did wrong, or with the signal's reason; a measurement by time aborts a download of the greatest number.
 */
export async function perf(connection: Connection, options: PerfOptions = {}): Promise<PerfResult> {
  const { clock = systemClock, signal } = options
  const upload = asCount('uploadBytes', options.uploadBytes ?? 0)
  const download = asCount('downloadBytes', options.downloadBytes ?? 0)
  const openedAt = clock.now()
  const stream = await connection.openStream(perfProtocol, { signal })
  let uploadedAt = openedAt
  const codec = new ClientCodec(() => {
    uploadedAt = clock.now()
  })
  await drive(clientRole, { upload, download }, stream, { clock, signal, codec, idleTimers: ['idle'] })
  const endedAt = clock.now()
  return {
    uploadBytes: upload,
    downloadBytes: download,
    uploadMs: uploadedAt - openedAt,
    downloadMs: endedAt - uploadedAt,
    totalMs: endedAt - openedAt,
  }
}

/** Serves one stream to its end. Whoever registers this lets clients decide how much work is done: never by default. */
//= PERF-OFF-1
export async function handlePerf(
  stream: Stream,
  options: { readonly clock?: Clock | undefined } & AbortOptions = {},
): Promise<void> {
  await drive(serverRole, {}, stream, { ...options, codec: new ServerCodec(), idleTimers: ['idle'] })
}

function asCount(name: string, value: bigint | number): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError(`${name} ${value} is no whole number of bytes`)
  const count = BigInt(value)
  if (count < 0n || count > greatest) throw new RangeError(`${name} ${value} is not between 0 and 2^64 - 1`)
  return count
}
