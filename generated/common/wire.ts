// Generated from generator/templates/common/wire.ts.txt sha256:ebc5a8999d613b8bb604771d6b77807d73f20d9dbad660f0ae8eef0dab6d2c28
// Do not edit: change the spec and run `p2pspec generate`.

import { DecodeError } from './decode-error.ts'

/** What a decoder accepts. No decode runs without one. */
export interface DecodeOptions {
  /** Length of the whole message. */
  readonly maxBytes: number
  /** Elements of each repeated field. */
  readonly maxCount: number
  /** Messages inside messages. */
  readonly maxDepth: number
  /** True: bytes fields are views of the input, which the caller owns and never changes. Otherwise of one private copy. */
  readonly view?: boolean | undefined
}

/** Up to this length, ASCII text is read faster here than by a call into the platform. */
const shortText = 48
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf8Encoder = new TextEncoder()
const noBytes = new Uint8Array(0)

/** Reads the protobuf wire format; `end` is the end of the message that is being read. */
export class WireReader {
  readonly source: Uint8Array
  /** What an absent bytes field is: the same for all, since making an array costs as much as reading a field. */
  readonly noBytes = noBytes
  readonly maxCount: number
  position = 0
  end: number
  #depth: number

  constructor(input: Uint8Array, options: DecodeOptions, copy: boolean) {
    if (input.length > options.maxBytes)
      throw new DecodeError('too-large', `a message of ${input.length} bytes is over the limit of ${options.maxBytes}`, 0)
    this.source = copy && options.view !== true ? pooledCopy(input) : input
    this.maxCount = options.maxCount
    this.end = input.length
    this.#depth = options.maxDepth
  }

  /** The next key (field number and wire type); checked to be one. */
  tag(): number {
    const start = this.position
    if (start < this.end) {
      const byte = this.source[start] ?? 0
      if (byte < 0x80 && byte >= 8) {
        this.position = start + 1
        return byte
      }
    }
    const low = this.uint32()
    // A key of more than five bytes, or with bits above 32, is no field number.
    if (this.position - start > 5 || low >>> 3 === 0 || (this.position - start === 5 && (this.source[this.position - 1] ?? 0) > 0x0f))
      throw new DecodeError('bad-tag', 'no field has this key', start)
    return low
  }

  /** The low 32 bits of a varint of at most ten bytes, unsigned. */
  uint32(): number {
    const { source, end } = this
    let position = this.position
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (position >= end) throw new DecodeError('truncated', 'the message ends inside a varint', position)
      const byte = source[position++] ?? 0
      if (shift < 32) value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) throw new DecodeError('bad-varint', 'a varint has more than 64 bits', position - 1)
        this.position = position
        return value >>> 0
      }
    }
    throw new DecodeError('bad-varint', 'a varint is longer than ten bytes', position)
  }

  int32(): number {
    return this.uint32() | 0
  }

  sint32(): number {
    const value = this.uint32()
    return (value >>> 1) ^ -(value & 1)
  }

  bool(): boolean {
    const byte = this.position < this.end ? (this.source[this.position] ?? 0) : 0x80
    if (byte >= 0x80) return this.uint64() !== 0n
    this.position++
    return byte !== 0
  }

  uint64(): bigint {
    const { source, end } = this
    let position = this.position
    let low = 0
    let scale = 1
    // Seven groups fit into a double exactly; only longer ones need bigint arithmetic.
    for (let index = 0; index < 7; index++) {
      if (position >= end) throw new DecodeError('truncated', 'the message ends inside a varint', position)
      const byte = source[position++] ?? 0
      low += (byte & 0x7f) * scale
      if (byte < 0x80) {
        this.position = position
        return BigInt(low)
      }
      scale *= 0x80
    }
    let high = 0
    for (let shift = 0; shift < 21; shift += 7) {
      if (position >= end) throw new DecodeError('truncated', 'the message ends inside a varint', position)
      const byte = source[position++] ?? 0
      high |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (shift === 14 && byte > 1) throw new DecodeError('bad-varint', 'a varint has more than 64 bits', position - 1)
        this.position = position
        return (BigInt(high) << 49n) | BigInt(low)
      }
    }
    throw new DecodeError('bad-varint', 'a varint is longer than ten bytes', position)
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64())
  }

  sint64(): bigint {
    const value = this.uint64()
    return (value >> 1n) ^ -(value & 1n)
  }

  fixed32(): number {
    return this.#view(4).getUint32(0, true)
  }

  sfixed32(): number {
    return this.#view(4).getInt32(0, true)
  }

  fixed64(): bigint {
    return this.#view(8).getBigUint64(0, true)
  }

  sfixed64(): bigint {
    return this.#view(8).getBigInt64(0, true)
  }

  float(): number {
    return this.#view(4).getFloat32(0, true)
  }

  double(): number {
    return this.#view(8).getFloat64(0, true)
  }

  bytes(): Uint8Array {
    const length = this.#length()
    const start = this.position
    this.position = start + length
    const { source } = this
    // Faster than subarray(), which asks for the kind of array to make.
    return new Uint8Array(source.buffer, source.byteOffset + start, length)
  }

  string(): string {
    const length = this.#length()
    const start = this.position
    const end = start + length
    this.position = end
    const { source } = this
    if (length <= shortText) {
      const text = shortAscii(source, start, end)
      if (text !== undefined) return text
    }
    try {
      return utf8Decoder.decode(source.subarray(start, end))
    } catch {
      throw new DecodeError('bad-utf8', 'a text field is not UTF-8', start)
    }
  }

  /** Steps into a message or a packed list: its length is read, `end` becomes its end. Answers the outer end, for `leave`. */
  enter(): number {
    const length = this.#length()
    if (this.#depth-- <= 0) throw new DecodeError('too-deep', 'messages are nested too deeply', this.position)
    const outer = this.end
    this.end = this.position + length
    return outer
  }

  leave(outer: number): void {
    this.#depth++
    this.end = outer
  }

  /** Checks that one more element may follow. */
  count(elements: readonly unknown[]): void {
    if (elements.length >= this.maxCount) throw new DecodeError('too-many', `a repeated field has more than ${this.maxCount} elements`, this.position)
  }

  /** Passes over the value of an unknown field. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.uint64()
        return
      case 1:
        this.#advance(8)
        return
      case 2:
        this.#advance(this.#length())
        return
      case 3:
        this.#skipGroup(tag)
        return
      case 5:
        this.#advance(4)
        return
      default:
        throw new DecodeError('bad-wire-type', `wire type ${tag & 7} has no meaning here`, this.position)
    }
  }

  /** Passes over an unknown field whose key began at `start`, and answers its raw bytes behind those kept so far. */
  keep(tag: number, start: number, kept: Uint8Array | undefined): Uint8Array {
    this.skip(tag)
    const field = this.source.subarray(start, this.position)
    if (kept === undefined) return field
    // Neighbours need no copy.
    if (kept.byteOffset + kept.length === field.byteOffset && kept.buffer === field.buffer)
      return this.source.subarray(this.position - field.length - kept.length, this.position)
    const joined = new Uint8Array(kept.length + field.length)
    joined.set(kept)
    joined.set(field, kept.length)
    return joined
  }

  missing(field: string): DecodeError {
    return new DecodeError('missing-field', `the required field ${field} is missing`, this.position)
  }

  #skipGroup(open: number): void {
    if (this.#depth-- <= 0) throw new DecodeError('too-deep', 'groups are nested too deeply', this.position)
    for (;;) {
      if (this.position >= this.end) throw new DecodeError('truncated', 'the message ends inside a group', this.position)
      const tag = this.tag()
      if ((tag & 7) === 4) {
        if (tag >>> 3 !== open >>> 3) throw new DecodeError('bad-wire-type', 'a group is closed that was not opened', this.position)
        this.#depth++
        return
      }
      this.skip(tag)
    }
  }

  #length(): number {
    const start = this.position
    let length: number
    if (start < this.end && (length = this.source[start] ?? 0) < 0x80) this.position = start + 1
    else {
      const wide = this.uint64()
      if (wide > BigInt(this.end - this.position)) throw new DecodeError('truncated', `a field of ${wide} bytes goes over the end of its message`, start)
      return Number(wide)
    }
    if (length > this.end - this.position) throw new DecodeError('truncated', `a field of ${length} bytes goes over the end of its message`, start)
    return length
  }

  #advance(count: number): void {
    if (count > this.end - this.position) throw new DecodeError('truncated', 'the message ends inside a field', this.position)
    this.position += count
  }

  #view(count: number): DataView {
    const start = this.position
    this.#advance(count)
    return new DataView(this.source.buffer, this.source.byteOffset + start, count)
  }
}

const initialBytes = 4096
const keptBytes = 65_536

/**
 * Writes the protobuf wire format from the last byte to the first, so that every length is known when it is written.
 * One buffer serves all messages; `finish` copies the result out of it.
 */
export class WireWriter {
  #bytes = new Uint8Array(initialBytes)
  #position = initialBytes

  /** Starts a message; what a failed one left behind is gone. */
  begin(): void {
    this.#position = this.#bytes.length
  }

  finish(): Uint8Array {
    const result = pooledCopy(this.#bytes.subarray(this.#position))
    // A rare large message must not hold its memory for ever.
    if (this.#bytes.length > keptBytes) this.#bytes = new Uint8Array(initialBytes)
    this.#position = this.#bytes.length
    return result
  }

  /** Bytes written so far: the difference of two marks is a length. */
  mark(): number {
    return this.#bytes.length - this.#position
  }

  /** The length of what was written since `mark`. */
  lengthSince(mark: number): void {
    this.uint32(this.#bytes.length - this.#position - mark)
  }

  byte(value: number): void {
    if (this.#position === 0) this.#grow(1)
    this.#bytes[--this.#position] = value
  }

  uint32(value: number): void {
    if (value >>> 0 !== value) throw new RangeError(`${value} is no unsigned 32-bit integer`)
    if (value < 0x80) {
      this.byte(value)
      return
    }
    const length = value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5
    let position = this.#take(length)
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[position++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[position] = rest
  }

  int32(value: number): void {
    if ((value | 0) !== value) throw new RangeError(`${value} is no 32-bit integer`)
    if (value >= 0) this.uint32(value)
    else this.uint64(BigInt.asUintN(64, BigInt(value)))
  }

  sint32(value: number): void {
    if ((value | 0) !== value) throw new RangeError(`${value} is no 32-bit integer`)
    this.uint32(((value << 1) ^ (value >> 31)) >>> 0)
  }

  bool(value: boolean): void {
    this.byte(value ? 1 : 0)
  }

  uint64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} is no unsigned 64-bit integer`)
    if (value < 0x80n) {
      this.byte(Number(value))
      return
    }
    let low = Number(value & 0xfffffffn)
    let middle = Number((value >> 28n) & 0xfffffffn)
    const high = Number(value >> 56n)
    let length = high > 0 ? (high >= 0x80 ? 10 : 9) : middle > 0 ? 4 + groups(middle) : groups(low)
    let position = this.#take(length)
    for (let index = 0; length > 0; index++, length--) {
      const more = length > 1 ? 0x80 : 0
      if (index < 4) {
        this.#bytes[position++] = (low & 0x7f) | more
        low >>>= 7
      } else if (index < 8) {
        this.#bytes[position++] = (middle & 0x7f) | more
        middle >>>= 7
      } else this.#bytes[position++] = (index === 8 ? high & 0x7f : high >>> 7) | more
    }
  }

  int64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is no 64-bit integer`)
    this.uint64(BigInt.asUintN(64, value))
  }

  sint64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is no 64-bit integer`)
    this.uint64(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)))
  }

  fixed32(value: number): void {
    if (value >>> 0 !== value) throw new RangeError(`${value} is no unsigned 32-bit integer`)
    this.#view(4).setUint32(0, value, true)
  }

  sfixed32(value: number): void {
    if ((value | 0) !== value) throw new RangeError(`${value} is no 32-bit integer`)
    this.#view(4).setInt32(0, value, true)
  }

  fixed64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} is no unsigned 64-bit integer`)
    this.#view(8).setBigUint64(0, value, true)
  }

  sfixed64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is no 64-bit integer`)
    this.#view(8).setBigInt64(0, value, true)
  }

  float(value: number): void {
    this.#view(4).setFloat32(0, value, true)
  }

  double(value: number): void {
    this.#view(8).setFloat64(0, value, true)
  }

  /** Raw bytes, without a length. */
  raw(value: Uint8Array): void {
    const start = this.#take(value.length)
    // Only now: taking may have moved the buffer.
    this.#bytes.set(value, start)
  }

  bytes(value: Uint8Array): void {
    this.raw(value)
    this.uint32(value.length)
  }

  string(value: string): void {
    const { length } = value
    if (length <= 64) {
      let position = this.#take(length)
      let index = 0
      for (; index < length; index++) {
        const code = value.charCodeAt(index)
        if (code >= 0x80) break
        this.#bytes[position++] = code
      }
      if (index === length) {
        this.uint32(length)
        return
      }
      this.#position += length
    }
    if (!value.isWellFormed()) throw new RangeError('text with half a surrogate pair has no UTF-8 form')
    const size = utf8Length(value)
    const start = this.#take(size)
    utf8Encoder.encodeInto(value, this.#bytes.subarray(start, start + size))
    this.uint32(size)
  }

  /** Text without a length. */
  text(value: string): void {
    if (!value.isWellFormed()) throw new RangeError('text with half a surrogate pair has no UTF-8 form')
    const size = utf8Length(value)
    const start = this.#take(size)
    utf8Encoder.encodeInto(value, this.#bytes.subarray(start, start + size))
  }

  /** A minimal varint of a non-negative safe integer. */
  uvarint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no non-negative safe integer`)
    if (value <= 0xffffffff) this.uint32(value)
    else this.uint64(BigInt(value))
  }

  /** An integer of one to four bytes. */
  unsigned(value: number, width: number, bigEndian: boolean): void {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width)) throw new RangeError(`${value} does not fit into ${width} bytes`)
    const start = this.#take(width)
    for (let index = 0; index < width; index++) this.#bytes[start + index] = value >>> (8 * (bigEndian ? width - 1 - index : index))
  }

  unsigned64(value: bigint, bigEndian: boolean): void {
    if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${value} is no unsigned 64-bit integer`)
    this.#view(8).setBigUint64(0, value, !bigEndian)
  }

  #take(count: number): number {
    if (this.#position < count) this.#grow(count)
    return (this.#position -= count)
  }

  #view(count: number): DataView {
    const start = this.#take(count)
    return new DataView(this.#bytes.buffer, start, count)
  }

  #grow(count: number): void {
    const used = this.#bytes.length - this.#position
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, used + count + initialBytes))
    larger.set(this.#bytes.subarray(this.#position), larger.length - used)
    this.#position = larger.length - used
    this.#bytes = larger
  }
}

/** The writer of all messages: encoding is synchronous and never nests. */
export const sharedWriter = new WireWriter()

const slabBytes = 16_384
let slab = new Uint8Array(slabBytes)
let slabUsed = 0

/** A copy of small bytes in a slab that they share: a buffer for each of them would cost more than all the rest. */
function pooledCopy(bytes: Uint8Array): Uint8Array {
  const { length } = bytes
  // Not slice(): of a Buffer that is a view.
  if (length > slabBytes / 8) return new Uint8Array(bytes)
  if (length > slabBytes - slabUsed) {
    slab = new Uint8Array(slabBytes)
    slabUsed = 0
  }
  const start = slabUsed
  slabUsed += length
  slab.set(bytes, start)
  return slab.subarray(start, start + length)
}

/** Undefined where a byte is not ASCII. */
function shortAscii(source: Uint8Array, start: number, end: number): string | undefined {
  let text = ''
  let position = start
  // Eight at a time: each call that makes a string costs as much as reading its bytes.
  for (; position + 7 < end; position += 8) {
    const a = source[position] ?? 0
    const b = source[position + 1] ?? 0
    const c = source[position + 2] ?? 0
    const d = source[position + 3] ?? 0
    const e = source[position + 4] ?? 0
    const f = source[position + 5] ?? 0
    const g = source[position + 6] ?? 0
    const h = source[position + 7] ?? 0
    if ((a | b | c | d | e | f | g | h) >= 0x80) return undefined
    text += String.fromCharCode(a, b, c, d, e, f, g, h)
  }
  for (; position < end; position++) {
    const byte = source[position] ?? 0
    if (byte >= 0x80) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}

function groups(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4
}

function utf8Length(text: string): number {
  let size = text.length
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 0x80) size++
    // A surrogate pair is two units and four bytes: one more for each unit.
    if (code >= 0x800 && (code < 0xd800 || code > 0xdfff)) size++
  }
  return size
}
