import { readNumber } from './quic-initial.ts'

// The transport parameters inside a first packet: they stand in an extension of the TLS hello (RFC 9001, section 8.2).

const CRYPTO_FRAME = 0x06
const PARAMETERS_EXTENSION = 0x39
const HEAD_OF_HELLO_BYTES = 4
const VERSION_AND_RANDOM_BYTES = 34

export interface TransportParameter {
  readonly id: number
  readonly value: Uint8Array
}

/** The same frame, whose hello has other transport parameters. */
export function withParameters(
  frame: Uint8Array,
  change: (parameters: readonly TransportParameter[]) => Uint8Array,
): Uint8Array {
  const bytes = Buffer.from(frame)
  const offset = readNumber(bytes, 1)
  const hello = bytes.subarray(readNumber(bytes, offset.end).end)
  const session = HEAD_OF_HELLO_BYTES + VERSION_AND_RANDOM_BYTES
  const suites = session + 1 + hello.readUInt8(session)
  const compressions = suites + 2 + hello.readUInt16BE(suites)
  const listAt = compressions + 1 + hello.readUInt8(compressions)
  const extensions: Buffer[] = []
  for (let at = listAt + 2; at < hello.length;) {
    const body = hello.subarray(at + 4, at + 4 + hello.readUInt16BE(at + 2))
    const type = hello.readUInt16BE(at)
    extensions.push(extension(type, type === PARAMETERS_EXTENSION ? change(readParameters(body)) : body))
    at += 4 + body.length
  }
  const list = Buffer.concat(extensions)
  const body = Buffer.concat([hello.subarray(HEAD_OF_HELLO_BYTES, listAt), twoBytes(list.length), list])
  const whole = Buffer.concat([Uint8Array.of(hello.readUInt8(0), 0), twoBytes(body.length), body])
  return Buffer.concat([Uint8Array.of(CRYPTO_FRAME, 0), number(whole.length), whole])
}

export function readParameters(body: Buffer): readonly TransportParameter[] {
  const parameters: TransportParameter[] = []
  for (let at = 0; at < body.length;) {
    const id = readNumber(body, at)
    const length = readNumber(body, id.end)
    const end = length.end + length.value
    parameters.push({ id: id.value, value: body.subarray(length.end, end) })
    at = end
  }
  return parameters
}

export function writeParameters(parameters: readonly TransportParameter[]): Uint8Array {
  return Buffer.concat(parameters.flatMap(({ id, value }) => [number(id), number(value.length), value]))
}

/** A number in as few bytes as hold it. */
export function number(value: number): Uint8Array {
  if (value < 0x40) return Uint8Array.of(value)
  if (value < 0x4000) return twoBytes(value | 0x4000)
  const eight = Buffer.alloc(8)
  eight.writeBigUInt64BE(BigInt(value) | (3n << 62n))
  return eight
}

function extension(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([twoBytes(type), twoBytes(body.length), body])
}

function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff)
}
