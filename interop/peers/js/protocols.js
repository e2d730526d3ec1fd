export const echoProtocol = '/p2pspec/echo/1.0.0'
export const perfProtocol = '/perf/1.0.0'
export const greetProtocol = '/p2pspec/greet/1.0.0'
export const resetProtocol = '/p2pspec/reset/1.0.0'
export const stallProtocol = '/p2pspec/stall/1.0.0'
export const pushProtocol = '/p2pspec/push/1.0.0'
export const pushedProtocol = '/p2pspec/pushed/1.0.0'
export const greeting = new TextEncoder().encode('hello')
export const chunkBytes = 64 * 1024
const mostWaitingBytes = 64 * 1024 * 1024

/** Sends `total` zero bytes, waiting where the stream asks for it. */
export async function sendZeros(stream, total) {
  const chunk = new Uint8Array(chunkBytes)
  let left = total
  while (left > 0n) {
    const size = left < BigInt(chunkBytes) ? Number(left) : chunkBytes
    left -= BigInt(size)
    if (!stream.send(size === chunkBytes ? chunk : chunk.subarray(0, size))) await stream.onDrain()
    if (stream.writeBufferLength >= mostWaitingBytes) await drained(stream)
  }
}

/** `onDrain` waits once in the life of a stream: the promise of the first time answers all others, and without a bound all that is written piles up. */
function drained(stream) {
  return new Promise((resolve, reject) => {
    const forget = () => {
      stream.removeEventListener('drain', onDrain)
      stream.removeEventListener('close', onClose)
    }
    const onDrain = () => {
      forget()
      resolve()
    }
    const onClose = ({ error }) => {
      forget()
      reject(error ?? new Error('the stream ended while its writer waited'))
    }
    stream.addEventListener('drain', onDrain)
    stream.addEventListener('close', onClose)
  })
}

/** Calls `onBytes` for each chunk until the remote has sent its last one; rejects when the stream breaks. */
export function readAll(stream, onBytes) {
  return new Promise((resolve, reject) => {
    stream.addEventListener('close', (event) => (event.error === undefined ? resolve() : reject(event.error)))
    stream.addEventListener('message', (event) => onBytes(event.data))
    if (stream.readableEnded === undefined) whenEndedBefore33(stream, resolve)
    else if (stream.readableEnded) resolve()
    else stream.addEventListener('end', () => resolve())
  })
}

/** Before 3.3 a stream had no `end`: the remote has ended, and nothing is left to be read. */
function whenEndedBefore33(stream, resolve) {
  const check = () => {
    if (stream.remoteWriteStatus === 'closed' && stream.readBufferLength === 0) resolve()
  }
  stream.addEventListener('remoteCloseWrite', check)
  stream.addEventListener('message', () => queueMicrotask(check))
  check()
}

/** Runs the perf protocol once: so many bytes up, so many down. */
export async function transfer(connection, uploadBytes, downloadBytes) {
  const stream = await connection.newStream(perfProtocol)
  const header = new Uint8Array(8)
  new DataView(header.buffer).setBigUint64(0, BigInt(downloadBytes))
  let received = 0
  const ended = readAll(stream, (data) => {
    received += data.byteLength
  })
  stream.send(header)
  await sendZeros(stream, BigInt(uploadBytes))
  await stream.close()
  await ended
  if (received !== downloadBytes) throw new Error(`received ${received} of ${downloadBytes} bytes`)
}
