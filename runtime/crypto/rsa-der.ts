import { CryptoError } from './crypto-error.ts'

export interface RsaPublicNumbers {
  /** Big-endian, no leading zero. */
  readonly modulus: Uint8Array
  readonly modulusBits: number
  /** Big-endian, no leading zero, odd, at most four bytes. */
  readonly exponent: Uint8Array
}

/** AlgorithmIdentifier rsaEncryption with its NULL parameters. */
const algorithm = Uint8Array.of(
  0x30,
  0x0d,
  0x06,
  0x09,
  0x2a,
  0x86,
  0x48,
  0x86,
  0xf7,
  0x0d,
  0x01,
  0x01,
  0x01,
  0x05,
  0x00,
)

const sequenceTag = 0x30
const bitStringTag = 0x03
const integerTag = 0x02

/** Reads SubjectPublicKeyInfo with a fixed walk, so that a hostile key is measured before a big-number library sees it. */
export function readRsaPublicKey(der: Uint8Array): RsaPublicNumbers {
  //= KEY-RSA-1
  const info = readWhole(der, sequenceTag)
  if (algorithm.some((byte, index) => byte !== info[index])) throw malformed('its algorithm is not rsaEncryption')
  const bits = readWhole(info.subarray(algorithm.length), bitStringTag)
  if (bits[0] !== 0) throw malformed('its bit string has unused bits')
  const numbers = readWhole(bits.subarray(1), sequenceTag)
  const modulus = readElement(numbers, integerTag)
  const exponent = readMagnitude(readWhole(numbers.subarray(modulus.end), integerTag))
  if (exponent.length > 4 || ((exponent.at(-1) ?? 0) & 1) === 0 || (exponent.length === 1 && exponent[0] === 1))
    throw malformed('its exponent is even, 1 or over 32 bits')
  const magnitude = readMagnitude(modulus.content)
  return { modulus: magnitude, modulusBits: 8 * magnitude.length - Math.clz32(magnitude[0] ?? 0) + 24, exponent }
}

/** An INTEGER's content without its sign byte; refuses negative, zero and padded ones. */
function readMagnitude(content: Uint8Array): Uint8Array {
  const first = content[0] ?? 0
  if (first >= 0x80) throw malformed('it holds a negative number')
  if (first > 0) return content
  if ((content[1] ?? 0) < 0x80) throw malformed('it holds a number that is zero or padded')
  return content.subarray(1)
}

function readWhole(bytes: Uint8Array, tag: number): Uint8Array {
  const { content, end } = readElement(bytes, tag)
  if (end !== bytes.length) throw malformed(`${bytes.length - end} bytes follow it`)
  return content
}

function readElement(bytes: Uint8Array, tag: number): { readonly content: Uint8Array; readonly end: number } {
  const first = bytes[1]
  if (bytes[0] !== tag || first === undefined) throw malformed('its structure differs')
  let length = first
  let start = 2
  if (first >= 0x80) {
    start += first - 0x80
    length = first === 0x81 ? (bytes[2] ?? 0) : first === 0x82 ? ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0) : -1
    if (length < (first === 0x81 ? 0x80 : 0x100)) throw malformed('one of its lengths is not minimal')
  }
  const end = start + length
  if (end > bytes.length) throw malformed('it is cut off')
  return { content: bytes.subarray(start, end), end }
}

function malformed(why: string): CryptoError {
  return new CryptoError('bad-public-key', `the RSA public key is no DER SubjectPublicKeyInfo: ${why}`)
}
