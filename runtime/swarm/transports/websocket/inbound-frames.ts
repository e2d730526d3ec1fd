import { limits } from '@p2pspec/generated/common/limits'

const maskedFlag = 0x80
const maskBytes = 4
const continuation = 0
const firstControlOpcode = 8
/** Below it a view of words costs more than it saves. */
const wordsFrom = 32
const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/**
 * Reads along the heads of frames before the library, which reads and judges every frame itself. It takes a client's masks off where
 * the bytes lie, four at a time: the library goes byte by byte, a quarter of what receiving costs. A frame whose mask was taken off
 * carries the mask zero, which changes nothing; one whose mask is cut, or that the library refuses, is left to it.
 */
export class InboundFrames {
  /** Messages of which at least one byte has come. */
  messagesBegun = 0
  /** The last chunk holds bytes of a ping, a pong or a close. */
  hasControl = false
  readonly #masked: boolean
  /** Bytes of a head that have come; 0 outside. */
  #headUsed = 0
  #second = 0
  #isControl = false
  /** Bytes of the frame's payload that are still to come. */
  #left = 0
  /** The mask, the byte for the next byte of the payload lowest. */
  #mask = 0
  /** The mask lay whole in one chunk, so that it could be taken out of its frame. */
  #isTaken = false
  #stopped = false

  /** `masked`: the remote is a client. */
  constructor(masked: boolean) {
    this.#masked = masked
  }

  /** A frame came that the library refuses: nothing that follows is read along. */
  get isStopped(): boolean {
    return this.#stopped
  }

  /** Changes the chunk in place, before anybody else has seen it. */
  follow(chunk: Uint8Array): void {
    this.hasControl = this.#isControl && (this.#left > 0 || this.#headUsed > 0)
    let at = 0
    while (at < chunk.byteLength && !this.#stopped) {
      if (this.#headUsed > 0 || this.#left === 0) {
        at = this.#readHead(chunk, at)
        continue
      }
      const end = Math.min(chunk.byteLength, at + this.#left)
      if (this.#isTaken) this.#apply(chunk, at, end)
      this.#left -= end - at
      at = end
    }
  }

  /** Reads on in a head, and returns where it stopped. */
  #readHead(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.byteLength;) {
      const byte = chunk[at] ?? 0
      at += 1
      this.#headUsed += 1
      if (this.#headUsed === 1) {
        this.#begin(byte & 0x0f)
        continue
      }
      if (this.#headUsed === 2) {
        this.#second = byte
        if ((byte & maskedFlag) !== (this.#masked ? maskedFlag : 0)) return this.#stop(at)
        this.#left = (byte & 0x7f) < 126 ? byte & 0x7f : 0
      } else if (this.#headUsed <= lengthEndOf(this.#second)) {
        this.#left = this.#left * 256 + byte
      } else {
        this.#mask = (this.#mask >>> 8) | (byte << 24)
      }
      if (this.#headUsed < lengthEndOf(this.#second) + (this.#masked ? maskBytes : 0)) continue
      if (this.#left > limits.websocket.maxMessageBytes) return this.#stop(at)
      this.#headUsed = 0
      this.#isTaken = this.#masked && at >= maskBytes
      if (this.#isTaken) chunk.fill(0, at - maskBytes, at)
      return at
    }
    return chunk.byteLength
  }

  #begin(opcode: number): void {
    this.#isControl = opcode >= firstControlOpcode
    if (this.#isControl) this.hasControl = true
    else if (opcode !== continuation) this.messagesBegun += 1
  }

  /** Whatever follows is as it came. */
  #stop(at: number): number {
    this.#stopped = true
    return at
  }

  #apply(chunk: Uint8Array, from: number, to: number): void {
    let at = from
    if (to - from >= wordsFrom) {
      const aligned = from + (-(chunk.byteOffset + from) & 3)
      this.#applyBytes(chunk, at, aligned)
      const words = new Uint32Array(chunk.buffer, chunk.byteOffset + aligned, (to - aligned) >>> 2)
      const mask = isLittleEndian ? this.#mask : swapped(this.#mask)
      for (let index = 0; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ mask
      at = aligned + 4 * words.length
    }
    this.#applyBytes(chunk, at, to)
  }

  #applyBytes(chunk: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at += 1) {
      chunk[at] = (chunk[at] ?? 0) ^ (this.#mask & 0xff)
      this.#mask = (this.#mask >>> 8) | (this.#mask << 24)
    }
  }
}

/** Bytes of a head up to its mask, by its second byte. */
function lengthEndOf(second: number): number {
  const length = second & 0x7f
  return length < 126 ? 2 : length === 126 ? 4 : 10
}

function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)
}
