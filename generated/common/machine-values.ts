// Generated from generator/templates/common/machine-values.ts.txt sha256:a1312b4f9e117ed02406df81e2b15d36cea26c8e00e80bf256e9e9bef49eabf3
// Do not edit: change the spec and run `p2pspec generate`.

/** The item of a list that the machine's spec says is there: its absence is a fault of the machine or its owner, not of a peer. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new RangeError(`a list of ${list.length} has no item ${index}`)
  return item
}

/** Equal length and equal bytes. Not for secrets: the time it takes depends on the contents. */
export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Undefined where the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** A caller's fault: this action or message has no bytes that the machine could make. */
export function notEncodable(type: string): never {
  throw new TypeError(`\`${type}\` is not encoded by the machine: it is no send, or its driver has the codec`)
}
