import { readAll, sendZeros } from './protocols.js'

/** Sends back what arrives; ends its side when the remote has ended. */
export async function handleEcho(stream) {
  try {
    await readAll(stream, (data) => {
      if (stream.send(data)) return
      stream.pause()
      stream.onDrain().then(
        () => stream.resume(),
        (error) => stream.abort(error),
      )
    })
    await stream.close()
  } catch (error) {
    stream.abort(error)
  }
}

/** The perf protocol's server: eight bytes say how much to send once the remote has ended. */
export async function handlePerf(stream) {
  const header = new Uint8Array(8)
  let received = 0
  try {
    await readAll(stream, (data) => {
      if (received < 8) header.set(data.subarray(0, Math.min(data.byteLength, 8 - received)), received)
      received += data.byteLength
    })
    if (received < 8) throw new Error(`perf: the remote ended after ${received} of 8 header bytes`)
    await sendZeros(stream, new DataView(header.buffer).getBigUint64(0))
    await stream.close()
  } catch (error) {
    stream.abort(error)
  }
}
