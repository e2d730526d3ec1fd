import { concatBytes } from './concat-bytes.ts'

/** Order of the group of secp256k1. */
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

interface SignatureNumbers {
  /** Content of the first INTEGER, as it stands. */
  readonly r: Uint8Array
  readonly s: bigint
}

/** Of the two valid values of s, the smaller one. Takes a DER signature that OpenSSL made. */
export function toLowS(signature: Uint8Array): Uint8Array {
  const numbers = readSignature(signature)
  if (numbers === undefined) throw new Error('assertion: OpenSSL made a signature that is not DER')
  return numbers.s <= order / 2n ? new Uint8Array(signature) : writeSignature(numbers.r, order - numbers.s)
}

/** False also for what is no DER signature. */
export function isLowS(signature: Uint8Array): boolean {
  const numbers = readSignature(signature)
  return numbers !== undefined && numbers.s > 0n && numbers.s <= order / 2n
}

/** SEQUENCE { INTEGER r, INTEGER s } with one-byte lengths, which are enough for 256 bits. */
function readSignature(signature: Uint8Array): SignatureNumbers | undefined {
  if (signature[0] !== 0x30 || signature[1] !== signature.length - 2 || signature[2] !== 0x02) return undefined
  const rEnd = 4 + (signature[3] ?? 0)
  if (signature[rEnd] !== 0x02) return undefined
  const s = signature.subarray(rEnd + 2)
  if (signature[rEnd + 1] !== s.length || s.length === 0 || s.length > 33 || (s[0] ?? 0) >= 0x80) return undefined
  return { r: signature.subarray(4, rEnd), s: s.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) }
}

function writeSignature(r: Uint8Array, s: bigint): Uint8Array {
  const digits = s.toString(16)
  const magnitude = Uint8Array.from((digits.length % 2 === 0 ? digits : `0${digits}`).match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  )
  const integer = (magnitude[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), magnitude) : magnitude
  return concatBytes(
    Uint8Array.of(0x30, 4 + r.length + integer.length, 0x02, r.length),
    r,
    Uint8Array.of(0x02, integer.length),
    integer,
  )
}
