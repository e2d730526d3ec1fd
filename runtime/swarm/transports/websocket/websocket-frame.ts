const binaryMessage = 0x82
const masked = 0x80
const maskBytes = 4

/** The head of one unmasked binary message, as a server sends it: the bytes follow as they are, without a copy. */
export function messageHead(length: number): Uint8Array {
  const head = new Uint8Array(headBytes(length))
  writeHead(head, length, 0)
  return head
}

/** One masked binary message, as a client sends it: copied once into a buffer of its own, and masked by words, not by bytes. */
export function maskedMessage(chunks: readonly Uint8Array[], length: number, mask: number): Uint8Array<ArrayBuffer> {
  const headLength = headBytes(length) + maskBytes
  // The bytes stand where whole words do; the head ends right before them.
  const start = (headLength + 3) & ~3
  const words = new Uint32Array(Buffer.allocUnsafeSlow((start + length + 3) & ~3).buffer)
  const all = new Uint8Array(words.buffer)
  const from = start - headLength
  writeHead(all.subarray(from), length, masked)
  words[start / 4 - 1] = mask
  let at = start
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  for (let index = start / 4; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ mask
  return all.subarray(from, start + length)
}

function headBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10
}

function writeHead(head: Uint8Array, length: number, flag: number): void {
  head[0] = binaryMessage
  if (length < 126) {
    head[1] = flag | length
  } else if (length < 65_536) {
    head[1] = flag | 126
    head[2] = length >>> 8
    head[3] = length
  } else {
    // A message is never so long that the upper four bytes are used.
    head.fill(0, 2, 6)
    head[1] = flag | 127
    head[6] = length >>> 24
    head[7] = length >>> 16
    head[8] = length >>> 8
    head[9] = length
  }
}
