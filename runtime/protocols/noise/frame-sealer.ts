import { Buffer } from 'node:buffer'
import { createCipheriv } from 'node:crypto'
import type { CipherChaCha20Poly1305, KeyObject } from 'node:crypto'
import { cipherName, cipherOptions, headerBytes, maxPlaintextBytes, tagBytes } from './frame.ts'
import type { NonceCounter } from './nonce-counter.ts'

/** Pieces below this length are copied together; longer ones go on by reference. A copy of so few bytes costs less than another vector. */
const smallBytes = 1024
const gatherBytes = 16_384
const blockBytes = smallBytes + headerBytes + tagBytes
/** Short plaintexts side by side, for one call of the cipher. Never used across calls of `flush`, so all sealers share it. */
const gathered = Buffer.allocUnsafeSlow(gatherBytes)

/** Turns queued plaintext into as few frames as possible. */
export class FrameSealer {
  readonly #key: KeyObject
  readonly #nonces: NonceCounter
  readonly #emit: (bytes: Uint8Array, isOwn: boolean) => void
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  /** Headers, tags and short ciphertexts on their way out. */
  #block = empty
  #blockUsed = 0
  #gatheredUsed = 0
  /** What this flush gives in all: a short one takes a short block. */
  #outBytes = 0

  /** `emit` is told whether the bytes have a buffer of their own, which nobody else looks at. */
  constructor(key: KeyObject, nonces: NonceCounter, emit: (bytes: Uint8Array, isOwn: boolean) => void) {
    this.#key = key
    this.#nonces = nonces
    this.#emit = emit
  }

  get queuedBytes(): number {
    return this.#queuedBytes
  }

  add(chunk: Uint8Array): void {
    this.#queue.push(chunk)
    this.#queuedBytes += chunk.length
  }

  /** Seals everything queued and emits it. Throws `nonces-exhausted`. */
  flush(): void {
    // Taken out first: whatever the carrier does while it is written to, this loop sees the same queue.
    const queue = this.#queue
    let left = this.#queuedBytes
    this.clear()
    const [only] = queue
    if (queue.length === 1 && only !== undefined && only.length < smallBytes) return this.#sealShort(only)
    let index = 0
    let offset = 0
    this.#outBytes = left + Math.ceil(left / maxPlaintextBytes) * (headerBytes + tagBytes)
    try {
      while (left > 0) {
        const frameBytes = Math.min(left, maxPlaintextBytes)
        const cipher = createCipheriv(cipherName, this.#key, this.#nonces.next(), cipherOptions)
        this.#writeHeader(frameBytes + tagBytes)
        let wanted = frameBytes
        while (wanted > 0) {
          const chunk = queue[index] ?? empty
          const end = Math.min(chunk.length, offset + wanted)
          this.#encrypt(cipher, offset === 0 && end === chunk.length ? chunk : chunk.subarray(offset, end))
          wanted -= end - offset
          offset = end
          if (end === chunk.length) {
            index += 1
            offset = 0
          }
        }
        this.#encryptGathered(cipher)
        cipher.final()
        this.#write(cipher.getAuthTag())
        left -= frameBytes
      }
    } finally {
      this.#gatheredUsed = 0
    }
    this.#release()
    // An idle channel keeps no part of a block.
    this.#block = empty
  }

  /** What a turn mostly has to say: one short chunk, from where it lies into one array. */
  #sealShort(chunk: Uint8Array): void {
    const cipher = createCipheriv(cipherName, this.#key, this.#nonces.next(), cipherOptions)
    const length = chunk.length + tagBytes
    const frame = Buffer.allocUnsafe(headerBytes + length)
    frame[0] = length >>> 8
    frame[1] = length & 0xff
    frame.set(cipher.update(chunk), headerBytes)
    cipher.final()
    frame.set(cipher.getAuthTag(), headerBytes + chunk.length)
    this.#emit(frame, false)
  }

  clear(): void {
    this.#queue = []
    this.#queuedBytes = 0
  }

  #encrypt(cipher: CipherChaCha20Poly1305, part: Uint8Array): void {
    if (part.length >= smallBytes) {
      this.#encryptGathered(cipher)
      this.#write(cipher.update(part))
      return
    }
    if (this.#gatheredUsed + part.length > gatherBytes) this.#encryptGathered(cipher)
    gathered.set(part, this.#gatheredUsed)
    this.#gatheredUsed += part.length
  }

  #encryptGathered(cipher: CipherChaCha20Poly1305): void {
    if (this.#gatheredUsed === 0) return
    const part = gathered.subarray(0, this.#gatheredUsed)
    this.#gatheredUsed = 0
    this.#write(cipher.update(part))
  }

  #writeHeader(length: number): void {
    this.#reserve(headerBytes)
    this.#block[this.#blockUsed] = length >>> 8
    this.#block[this.#blockUsed + 1] = length & 0xff
    this.#blockUsed += headerBytes
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length < smallBytes) {
      this.#reserve(bytes.length)
      this.#block.set(bytes, this.#blockUsed)
      this.#blockUsed += bytes.length
      return
    }
    this.#release()
    this.#emit(bytes, true)
  }

  #reserve(length: number): void {
    if (this.#blockUsed + length <= this.#block.length) return
    this.#release()
    this.#block = Buffer.allocUnsafe(Math.max(length, Math.min(this.#outBytes, blockBytes)))
  }

  /** Emits what the block holds; what is left of the block serves the next pieces. */
  #release(): void {
    if (this.#blockUsed === 0) return
    this.#emit(this.#block.subarray(0, this.#blockUsed), false)
    this.#block = this.#block.subarray(this.#blockUsed)
    this.#blockUsed = 0
  }
}

const empty = new Uint8Array(0)
