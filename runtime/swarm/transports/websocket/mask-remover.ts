import { limits } from '@p2pspec/generated/common/limits'

const maskedFlag = 0x80
const maskBytes = 4
/** Below it a view of words costs more than it saves. */
const wordsFrom = 32
const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/**
 * Takes a client's masks off where the bytes lie, four at a time, before the library sees them: it goes byte by byte, which is a
 * quarter of what receiving costs. A frame whose mask was taken off carries the mask zero, which changes nothing. The library
 * still reads and judges every frame; one that it refuses is left to it, and so is one whose mask is cut.
 */
export class MaskRemover {
  /** Bytes of a head that have come; 0 outside. */
  #headUsed = 0
  #second = 0
  /** Bytes of the frame's payload that are still to come. */
  #left = 0
  /** The mask, the byte for the next byte of the payload lowest. */
  #mask = 0
  /** The mask lay whole in one chunk, so that it could be taken out of its frame. */
  #isTaken = false
  #stopped = false

  /** Changes the chunk in place, before anybody else has seen it. */
  remove(chunk: Uint8Array): void {
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
      if (this.#headUsed === 1) continue
      if (this.#headUsed === 2) {
        this.#second = byte
        // The library ends a connection whose client does not mask.
        if ((byte & maskedFlag) === 0) return this.#stop(at)
        this.#left = (byte & 0x7f) < 126 ? byte & 0x7f : 0
        continue
      }
      const lengthEnd = lengthEndOf(this.#second)
      if (this.#headUsed <= lengthEnd) {
        this.#left = this.#left * 256 + byte
        continue
      }
      this.#mask = (this.#mask >>> 8) | (byte << 24)
      if (this.#headUsed < lengthEnd + maskBytes) continue
      if (this.#left > limits.websocket.maxMessageBytes) return this.#stop(at)
      this.#headUsed = 0
      this.#isTaken = at >= maskBytes
      if (this.#isTaken) chunk.fill(0, at - maskBytes, at)
      return at
    }
    return chunk.byteLength
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
