// Generated from generator/templates/common/byte-cursor.ts.txt sha256:5ad967355b8eaa330f513a3bf8388a4bec2eced8b416930cf712b75b1d4b0df6
// Do not edit: change the spec and run `p2pspec generate`.

import { DecodeError } from './decode-error.ts'
import { readUvarint, uvarintIncomplete, uvarintLength, uvarintNotMinimal } from './varint.ts'

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads the fields of a binary layout one after another; everything that does not fit throws `DecodeError`. */
export class ByteCursor {
  readonly bytes: Uint8Array
  offset: number

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes
    this.offset = offset
  }

  get remaining(): number {
    return this.bytes.length - this.offset
  }

  /** An integer of one to four bytes. */
  unsigned(width: number, bigEndian: boolean, field: string): number {
    const start = this.#take(width, field)
    let value = 0
    for (let index = 0; index < width; index++) value = value * 256 + (this.bytes[start + (bigEndian ? index : width - 1 - index)] ?? 0)
    return value
  }

  unsigned64(bigEndian: boolean, field: string): bigint {
    const start = this.#take(8, field)
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + start, 8).getBigUint64(0, !bigEndian)
  }

  /** A minimal unsigned varint of at most nine bytes. */
  uvarint(field: string): number {
    const value = readUvarint(this.bytes, this.offset, this.bytes.length)
    if (value >= 0) {
      this.offset += uvarintLength(value)
      return value
    }
    if (value === uvarintIncomplete) throw new DecodeError('truncated', `the bytes end inside ${field}`, this.bytes.length)
    const what = value === uvarintNotMinimal ? 'is padded with zeros' : 'is longer than nine bytes or over 2^53'
    throw new DecodeError('bad-varint', `the varint ${field} ${what}`, this.offset)
  }

  /** A view of the next `length` bytes. */
  take(length: number, field: string): Uint8Array {
    const start = this.#take(length, field)
    return this.bytes.subarray(start, start + length)
  }

  text(length: number, field: string): string {
    const start = this.offset
    const view = this.take(length, field)
    try {
      return utf8Decoder.decode(view)
    } catch {
      throw new DecodeError('bad-utf8', `${field} is not UTF-8 text`, start)
    }
  }

  /** Exactly these bytes. */
  expect(expected: Uint8Array, field: string, reason: string): void {
    const start = this.#take(expected.length, field)
    for (let index = 0; index < expected.length; index++)
      if (this.bytes[start + index] !== expected[index]) throw new DecodeError('bad-value', `${field} is not what it must be`, start + index, reason)
  }

  /** Nothing may follow. */
  finish(): void {
    if (this.remaining > 0) throw new DecodeError('trailing', `${this.remaining} bytes follow the last field`, this.offset)
  }

  #take(length: number, field: string): number {
    const start = this.offset
    if (length > this.bytes.length - start) throw new DecodeError('truncated', `the bytes end inside ${field}`, this.bytes.length)
    this.offset = start + length
    return start
  }
}
