import type { Channel } from './channel.ts'
import { Inbox } from './inbox.ts'
import { TAG_LENGTH } from './noise-cipher.ts'
import type { SessionCiphers } from './noise-handshake.ts'
import type { Transcript } from './transcript.ts'

export const MAX_NOISE_MESSAGE = 65535
export const MAX_NOISE_PLAINTEXT = MAX_NOISE_MESSAGE - TAG_LENGTH
const EMPTY = new Uint8Array()

/** What to get wrong in one transport message. */
export interface FrameAlteration {
  /** Flips a bit in the ciphertext. */
  readonly tamper?: 'first' | 'last'
  /** What the length field says, whatever follows. */
  readonly length?: number
}

/** A two-byte count and the message. */
export function noiseFrame(message: Uint8Array, length: number = message.length): Uint8Array {
  return new Uint8Array(Buffer.concat([Uint8Array.of((length >> 8) & 0xff, length & 0xff), message]))
}

/** The secure channel after the handshake. */
export class NoiseChannel implements Channel {
  readonly layer = 'security'
  readonly inbox = new Inbox()
  readonly #below: Channel
  readonly #ciphers: SessionCiphers
  readonly #transcript: Transcript
  #largestReceived = 0
  /** Lengths of the messages received, counted apart where empty. */
  #emptyReceived = 0

  constructor(below: Channel, ciphers: SessionCiphers, transcript: Transcript) {
    this.#below = below
    this.#ciphers = ciphers
    this.#transcript = transcript
    below.inbox.watch.onChange(() => this.#pump())
    this.#pump()
  }

  /** The largest transport message received, with its tag. */
  get largestReceived(): number {
    return this.#largestReceived
  }

  get emptyReceived(): number {
    return this.#emptyReceived
  }

  write(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += MAX_NOISE_PLAINTEXT) {
      this.writeMessage(bytes.subarray(start, start + MAX_NOISE_PLAINTEXT))
    }
  }

  /** Exactly one transport message. */
  writeMessage(plaintext: Uint8Array, alteration: FrameAlteration = {}): void {
    this.#transcript.sent(
      'security',
      plaintext,
      alteration.tamper === undefined ? undefined : `tampered: ${alteration.tamper} byte`,
    )
    const message = this.#ciphers.send.encrypt(plaintext, EMPTY)
    if (alteration.tamper !== undefined) {
      const at = alteration.tamper === 'first' ? 0 : message.length - 1
      message[at] = (message[at] ?? 0) ^ 1
    }
    this.#below.write(noiseFrame(message, alteration.length))
  }

  end(): void {
    this.#below.end()
  }

  reset(): void {
    this.#below.reset()
  }

  #pump(): void {
    const { inbox } = this.#below
    while (inbox.length >= 2) {
      const [high = 0, low = 0] = inbox.peek(2)
      const length = high * 256 + low
      if (inbox.length < 2 + length) break
      const message = inbox.take(2 + length).subarray(2)
      const plaintext = this.#ciphers.receive.decrypt(message, EMPTY)
      if (plaintext === null) {
        this.#transcript.note('security', `a transport message of ${length} bytes failed authentication`)
        this.inbox.reset()
        return
      }
      this.#largestReceived = Math.max(this.#largestReceived, length)
      if (plaintext.length === 0) this.#emptyReceived++
      this.inbox.push(plaintext)
    }
    if (inbox.state === 'ended') this.inbox.end()
    if (inbox.state === 'reset') this.inbox.reset()
  }
}
