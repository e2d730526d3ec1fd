import type { Stream } from '@p2pspec/generated/interfaces/stream'

export const echoProtocol = '/p2pspec/echo/1.0.0'
export const perfProtocol = '/perf/1.0.0'
const chunkBytes = 64 * 1024
const zeros = new Uint8Array(chunkBytes)

/** Sends `total` zero bytes, waiting where the stream asks for it. */
export async function sendZeros(stream: Stream, total: bigint): Promise<void> {
  let left = total
  while (left > 0n) {
    const size = left < BigInt(chunkBytes) ? Number(left) : chunkBytes
    left -= BigInt(size)
    const full = stream.write(size === chunkBytes ? zeros : zeros.subarray(0, size))
    if (full !== undefined) await full
  }
}

/** Reads to the end; how many bytes there were. */
export async function drain(stream: Stream): Promise<number> {
  let received = 0
  for (;;) {
    const next = stream.read()
    const chunk = next instanceof Promise ? await next : next
    if (chunk === null) return received
    received += chunk.byteLength
  }
}
