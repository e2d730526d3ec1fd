import { tags } from './der-writer.ts'

/** Thrown by the reader alone: the bytes are not the DER that was looked for. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

export interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  /** Tag, length and content. */
  readonly whole: Uint8Array
}

/** Walks DER elements one behind the other. Lengths are definite, shortest and within the bytes, or it throws `DerError`. */
export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The tag of what comes next; undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#at]
  }

  take(tag: number): DerElement {
    const start = this.#at
    const found = this.#byte()
    if (found !== tag) throw new DerError(`tag ${found} stands where ${tag} was due`)
    const length = this.#length()
    const contentStart = this.#at
    if (length > this.#bytes.length - contentStart) throw new DerError('an element is longer than what holds it')
    this.#at = contentStart + length
    return {
      tag,
      content: this.#bytes.subarray(contentStart, this.#at),
      whole: this.#bytes.subarray(start, this.#at),
    }
  }

  /** A reader of the contents of a sequence, or of another element that holds elements. */
  enter(tag: number = tags.sequence): DerReader {
    return new DerReader(this.take(tag).content)
  }

  takeIf(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.take(tag) : undefined
  }

  end(): void {
    if (!this.isAtEnd) throw new DerError('bytes stand behind the last element')
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new DerError('the bytes end inside an element')
    this.#at += 1
    return byte
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    const digits = first & 0x7f
    // Two bytes of length hold every certificate that is read.
    if (digits === 0 || digits > 2) throw new DerError('a length is indefinite or too long')
    let length = 0
    for (let index = 0; index < digits; index++) length = length * 256 + this.#byte()
    if (length < 0x80 || (digits === 2 && length < 0x100)) throw new DerError('a length is not the shortest')
    return length
  }
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime in the one form that X.509 allows. */
export function readTime({ tag, content }: DerElement): number {
  const text = new TextDecoder('latin1').decode(content)
  const match =
    tag === tags.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match === null) throw new DerError('a date has another form than X.509 allows')
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const fullYear = tag === tags.utcTime ? year + (year < 50 ? 2000 : 1900) : year
  const date = new Date(0)
  date.setUTCFullYear(fullYear, month - 1, day)
  date.setUTCHours(hour, minute, second)
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!same) throw new DerError('a date does not exist')
  return date.getTime()
}
