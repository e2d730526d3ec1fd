const headerBytes = 8
const stdoutKind = 1

export interface SplitLog {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

/** An engine hands out both streams of a container in one: frames with a kind and a length. A frame that is cut ends it. */
export function splitLog(bytes: Uint8Array): SplitLog {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stdout: Uint8Array[] = []
  const stderr: Uint8Array[] = []
  let at = 0
  while (at + headerBytes <= bytes.length) {
    const length = view.getUint32(at + 4)
    const frame = bytes.subarray(at + headerBytes, at + headerBytes + length)
    ;(bytes[at] === stdoutKind ? stdout : stderr).push(frame)
    at += headerBytes + length
  }
  return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }
}
