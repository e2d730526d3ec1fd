export const echoProtocol = '/p2pspec/echo/1.0.0'
export const perfProtocol = '/perf/1.0.0'
export const chunkBytes = 64 * 1024

/** Sends `total` zero bytes, waiting where the stream asks for it. */
export async function sendZeros(stream, total) {
  const chunk = new Uint8Array(chunkBytes)
  let left = total
  while (left > 0n) {
    const size = left < BigInt(chunkBytes) ? Number(left) : chunkBytes
    left -= BigInt(size)
    if (!stream.send(size === chunkBytes ? chunk : chunk.subarray(0, size))) await stream.onDrain()
  }
}

/** Calls `onBytes` for each chunk until the remote has sent its last one; rejects when the stream breaks. */
export function readAll(stream, onBytes) {
  return new Promise((resolve, reject) => {
    stream.addEventListener('close', (event) => (event.error === undefined ? resolve() : reject(event.error)))
    stream.addEventListener('message', (event) => onBytes(event.data))
    if (stream.readableEnded) resolve()
    else stream.addEventListener('end', () => resolve())
  })
}
