import { Buffer } from 'node:buffer'
import { createDecipheriv } from 'node:crypto'
import type { DecipherChaCha20Poly1305, KeyObject } from 'node:crypto'
import { cipherName, cipherOptions, headerBytes, tagBytes } from './frame.ts'
import { giveBack } from '@p2pspec/runtime/core/memory'
import { NoiseError } from './noise-error.ts'
import type { NonceCounter } from './nonce-counter.ts'

/** Parts of a cut frame below this length are gathered before they are decrypted, so that tiny packets make no tiny arrays. */
const gatherBytes = 4096

/**
 * Cuts frames out of chunks of any size and decrypts them. A frame that lies whole in a chunk is decrypted from where it lies;
 * one that is cut is decrypted part by part as it comes, so no ciphertext is collected and none of a borrowed chunk is kept.
 * Plaintext is owned by the receiver and leaves only after its frame's tag was found right.
 */
export class FrameOpener {
  readonly #key: KeyObject
  readonly #nonces: NonceCounter
  readonly #emit: (plaintext: Uint8Array) => unknown

  /** The first byte of a header whose second has not come; -1 outside. */
  #firstLengthByte = -1
  /** The frame under way, where it is cut. */
  #decipher: DecipherChaCha20Poly1305 | undefined
  #cipherLeft = 0
  #parts: Uint8Array[] = []
  /** The part of a tag that came in an earlier chunk. */
  #tag: Uint8Array | undefined
  #tagUsed = 0
  #gathered: Buffer | undefined
  #gatheredUsed = 0

  /** `emit` answers `done` when nobody keeps any part of the plaintext. */
  constructor(key: KeyObject, nonces: NonceCounter, emit: (plaintext: Uint8Array) => unknown) {
    this.#key = key
    this.#nonces = nonces
    this.#emit = emit
  }

  /** True between frames: an end here cuts nothing off. */
  get isBetweenFrames(): boolean {
    return this.#decipher === undefined && this.#firstLengthByte < 0
  }

  /** Emits the plaintext of every frame that ends in this chunk. Throws `bad-frame` or `nonces-exhausted`; nothing may follow. */
  push(chunk: Uint8Array): void {
    let offset = 0
    while (offset < chunk.length) {
      if (this.#decipher !== undefined) {
        offset = this.#continue(chunk, offset)
        continue
      }
      let length: number
      if (this.#firstLengthByte >= 0) {
        length = (this.#firstLengthByte << 8) | (chunk[offset] ?? 0)
        this.#firstLengthByte = -1
        offset += 1
      } else if (offset + 1 < chunk.length) {
        length = ((chunk[offset] ?? 0) << 8) | (chunk[offset + 1] ?? 0)
        offset += headerBytes
      } else {
        this.#firstLengthByte = chunk[offset] ?? 0
        return
      }
      //= NOISE-FRAME-4
      if (length < tagBytes) throw badFrame(`it has ${length} bytes, fewer than its tag alone`)
      if (offset + length <= chunk.length) {
        this.#openWhole(chunk, offset, length - tagBytes)
        offset += length
      } else {
        this.#decipher = createDecipheriv(cipherName, this.#key, this.#nonces.next(), cipherOptions)
        this.#cipherLeft = length - tagBytes
      }
    }
  }

  #openWhole(chunk: Uint8Array, offset: number, cipherBytes: number): void {
    const decipher = createDecipheriv(cipherName, this.#key, this.#nonces.next(), cipherOptions)
    const tagOffset = offset + cipherBytes
    decipher.setAuthTag(chunk.subarray(tagOffset, tagOffset + tagBytes))
    const plaintext = decipher.update(chunk.subarray(offset, tagOffset))
    checkTag(decipher)
    // An empty frame is legal and says nothing.
    if (cipherBytes > 0) this.#handOn(plaintext)
  }

  #continue(chunk: Uint8Array, start: number): number {
    let offset = start
    if (this.#cipherLeft > 0) {
      const end = Math.min(chunk.length, offset + this.#cipherLeft)
      this.#cipherLeft -= end - offset
      this.#decryptPart(chunk.subarray(offset, end))
      offset = end
      if (this.#cipherLeft > 0) return offset
      this.#flushGathered()
    }
    const end = Math.min(chunk.length, offset + tagBytes - this.#tagUsed)
    const part = chunk.subarray(offset, end)
    if (part.length === tagBytes) {
      this.#finish(part)
      return end
    }
    this.#tag ??= new Uint8Array(tagBytes)
    this.#tag.set(part, this.#tagUsed)
    this.#tagUsed += part.length
    if (this.#tagUsed === tagBytes) this.#finish(this.#tag)
    return end
  }

  #decryptPart(part: Uint8Array): void {
    if (part.length >= gatherBytes) {
      this.#flushGathered()
      this.#decipherNow(part)
      return
    }
    let rest = part
    while (rest.length > 0) {
      this.#gathered ??= Buffer.allocUnsafeSlow(gatherBytes)
      const taken = rest.subarray(0, gatherBytes - this.#gatheredUsed)
      this.#gathered.set(taken, this.#gatheredUsed)
      this.#gatheredUsed += taken.length
      rest = rest.subarray(taken.length)
      if (this.#gatheredUsed === gatherBytes) this.#flushGathered()
    }
  }

  #flushGathered(): void {
    if (this.#gathered === undefined || this.#gatheredUsed === 0) return
    const part = this.#gathered.subarray(0, this.#gatheredUsed)
    this.#gatheredUsed = 0
    this.#decipherNow(part)
  }

  #decipherNow(part: Uint8Array): void {
    if (this.#decipher !== undefined) this.#parts.push(this.#decipher.update(part))
  }

  #finish(tag: Uint8Array): void {
    const decipher = this.#decipher
    const parts = this.#parts
    this.#decipher = undefined
    this.#parts = []
    this.#tag = undefined
    this.#tagUsed = 0
    this.#gathered = undefined
    if (decipher === undefined) return
    decipher.setAuthTag(tag)
    checkTag(decipher)
    for (const part of parts) this.#handOn(part)
  }

  #handOn(plaintext: Uint8Array): void {
    if (this.#emit(plaintext) === 'done') giveBack(plaintext)
  }
}

function checkTag(decipher: DecipherChaCha20Poly1305): void {
  try {
    decipher.final()
  } catch (cause) {
    //= NOISE-FRAME-5
    throw badFrame('its tag is wrong', cause)
  }
}

function badFrame(why: string, cause?: unknown): NoiseError {
  return new NoiseError(
    'bad-frame',
    `the remote sent a frame that cannot be decrypted: ${why}; bytes were changed on the way or the remote is broken`,
    { cause },
  )
}
