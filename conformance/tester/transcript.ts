import type { Layer, TranscriptLine } from '../events.ts'

/** Longest hex dump of one line; longer ones are cut and say so. */
const MAX_DUMPED_BYTES = 1024
/** A case that moves much data is understood by its first lines. */
const MAX_LINES = 2000

/** What crossed the wire in one case, layer by layer. */
export class Transcript {
  readonly lines: TranscriptLine[] = []
  #dropped = 0
  readonly #nowMs: () => number
  readonly #startedAt: number

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
    this.#startedAt = nowMs()
  }

  sent(layer: Layer, bytes: Uint8Array, decoded?: string): void {
    this.#add('sent', layer, bytes, decoded)
  }

  received(layer: Layer, bytes: Uint8Array, decoded?: string): void {
    this.#add('received', layer, bytes, decoded)
  }

  /** Lines that came after there were enough. */
  get dropped(): number {
    return this.#dropped
  }

  note(layer: Layer, note: string): void {
    this.lines.push({ at: this.#at(), direction: 'event', layer, note })
  }

  /** Takes over the lines of a part that was recorded by itself. */
  append(part: Transcript): void {
    const shift = part.#startedAt - this.#startedAt
    this.#dropped += part.dropped
    for (const line of part.lines) this.lines.push({ ...line, at: Math.round((line.at + shift) * 100) / 100 })
  }

  #add(direction: 'sent' | 'received', layer: Layer, bytes: Uint8Array, decoded: string | undefined): void {
    if (this.lines.length >= MAX_LINES) {
      this.#dropped++
      return
    }
    const cut = bytes.length > MAX_DUMPED_BYTES
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, cut ? MAX_DUMPED_BYTES : bytes.length).toString('hex')
    this.lines.push({
      at: this.#at(),
      direction,
      layer,
      hex,
      ...(decoded === undefined ? {} : { decoded }),
      ...(cut ? { note: `first ${MAX_DUMPED_BYTES} of ${bytes.length} bytes` } : {}),
    })
  }

  #at(): number {
    return Math.round((this.#nowMs() - this.#startedAt) * 100) / 100
  }
}
