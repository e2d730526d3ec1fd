import { createHash, generatePrimeSync } from 'node:crypto'
import type { OversizeIdentity } from './noise-payload.ts'
import { encodeFields } from './protobuf.ts'

/** Nine primes of 1024 bits: a 9,216-bit modulus, made in half a second where a two-prime one takes minutes. */
const PRIME_COUNT = 9
const PRIME_BITS = 1024
const PUBLIC_EXPONENT = 65537n
/** DigestInfo of SHA-256 (RFC 8017, section 9.2). */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

let made: OversizeIdentity | undefined

/** An RSA identity beyond every sane limit whose signatures nevertheless hold; the same for the whole process. */
export function oversizeRsaIdentity(): OversizeIdentity {
  made ??= makeIdentity()
  return made
}

function makeIdentity(): OversizeIdentity {
  const primes: bigint[] = []
  while (primes.length < PRIME_COUNT) {
    const prime = generatePrimeSync(PRIME_BITS, { bigint: true })
    if ((prime - 1n) % PUBLIC_EXPONENT !== 0n && !primes.includes(prime)) primes.push(prime)
  }
  const modulus = primes.reduce((product, prime) => product * prime, 1n)
  const modulusLength = Math.ceil(modulus.toString(2).length / 8)
  const key = spki(toBytes(modulus, modulusLength))
  return {
    publicKey: encodeFields([
      { number: 1, value: 0n },
      { number: 2, value: key },
    ]),
    sign: (message) => toBytes(privatePower(toNumber(padded(message, modulusLength)), primes), modulusLength),
  }
}

/** The e-th root modulo the product, prime by prime (Chinese remainders). */
function privatePower(value: bigint, primes: readonly bigint[]): bigint {
  let root = 0n
  let product = 1n
  for (const prime of primes) {
    const partial = power(value % prime, inverse(PUBLIC_EXPONENT, prime - 1n), prime)
    const difference = (((partial - root) % prime) + prime) % prime
    root += product * ((difference * inverse(product % prime, prime)) % prime)
    product *= prime
  }
  return root
}

function padded(message: Uint8Array, length: number): Uint8Array {
  const info = Buffer.concat([SHA256_DIGEST_INFO, createHash('sha256').update(message).digest()])
  const filling = Buffer.alloc(length - info.length - 3, 0xff)
  return new Uint8Array(Buffer.concat([Uint8Array.of(0, 1), filling, Uint8Array.of(0), info]))
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [((value % modulus) + modulus) % modulus, modulus]
  let [x, y] = [1n, 0n]
  while (current > 0n) {
    const quotient = previous / current
    ;[previous, current] = [current, previous - quotient * current]
    ;[x, y] = [y, x - quotient * y]
  }
  return ((x % modulus) + modulus) % modulus
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function toBytes(value: bigint, length: number): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex'))
}

/** SubjectPublicKeyInfo with algorithm rsaEncryption. */
function spki(modulus: Uint8Array): Uint8Array {
  const numbers = der(
    0x30,
    der(0x02, Buffer.concat([Uint8Array.of(0), modulus])),
    der(0x02, Buffer.from('010001', 'hex')),
  )
  const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex')
  return new Uint8Array(der(0x30, algorithm, der(0x03, Buffer.concat([Uint8Array.of(0), numbers]))))
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  const { length } = body
  const prefix = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...prefix), body])
}
