import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { CryptoError } from './crypto-error.ts'
import { decodePublicKey, generatePrivateKey } from './keys.ts'
import { peerIdFromBytes, peerIdFromPublicKey, peerIdFromString, peerIdToCid, publicKeyOfPeerId } from './peer-id.ts'

interface Vector {
  readonly id: string
  readonly what: string
  readonly input: { readonly text?: string; readonly publicKey?: { readonly hex: string } }
  readonly expect: { readonly text?: string; readonly error?: string }
}
// The file is checked against its schema when it is generated from.
const { vectors } = parse(
  readFileSync(new URL('../../spec/records/peer-id/vectors.yaml', import.meta.url), 'utf8'),
) as { readonly vectors: readonly Vector[] }

void t.test('vectors of peer ids', async (t) => {
  for (const { id, what, input, expect } of vectors) {
    const { text, publicKey } = input
    if (publicKey !== undefined) {
      const key = decodePublicKey(Uint8Array.from(Buffer.from(publicKey.hex, 'hex')))
      t.equal(peerIdFromPublicKey(key).toString(), expect.text, `${id}: ${what} [PID-HASH-1] [PID-HASH-2] [PID-TEXT-2]`)
    } else if (expect.error === undefined) {
      t.equal(peerIdFromString(text ?? '').toString(), expect.text, `${id}: ${what} [PID-TEXT-1] [PID-TEXT-3]`)
    } else {
      t.throws(
        () => peerIdFromString(text ?? ''),
        { code: expect.error },
        `${id}: ${what} [PID-CID-1] [PID-CID-3] [PID-LIMIT-1]`,
      )
    }
  }
})

void t.test('all forms of a peer id are equal, and other ids are not', async (t) => {
  for (const type of ['ed25519', 'secp256k1', 'ecdsa', 'rsa'] as const) {
    const { publicKey } = generatePrivateKey(type)
    const peerId = peerIdFromPublicKey(publicKey)
    const cid = peerIdToCid(peerId)
    t.match(cid, /^bafz/, `${type}: base32 with the codec of keys [PID-CID-2] [PID-CID-4]`)
    t.ok(peerIdFromString(cid).equals(peerId))
    t.ok(peerIdFromString(peerId.toString()).equals(peerId))
    t.ok(peerIdFromBytes(peerId.bytes).equals(peerId))
    t.equal(JSON.stringify({ peerId }), `{"peerId":"${peerId.toString()}"}`)
    t.notOk(peerId.equals(peerIdFromPublicKey(generatePrivateKey(type).publicKey)))
    const inlined = publicKeyOfPeerId(peerId)
    t.equal(
      inlined?.equals(publicKey),
      type === 'ed25519' || type === 'secp256k1' ? true : undefined,
      `${type}: short keys are in the id`,
    )
  }
})

void t.test(
  'bytes that are no identity or SHA-256 multihash are refused, and kept ones copied [PID-BIN-1]',
  async (t) => {
    for (const hex of [
      '',
      '00',
      '0000',
      '1220',
      `1114${'00'.repeat(20)}`,
      `1221${'00'.repeat(33)}`,
      `002b${'00'.repeat(43)}`,
      `1220${'00'.repeat(33)}`,
      '80000100',
    ]) {
      t.throws(() => peerIdFromBytes(Uint8Array.from(Buffer.from(hex, 'hex'))), { code: 'bad-peer-id' }, hex)
    }
    const bytes = Uint8Array.of(0x12, 32, ...new Uint8Array(32))
    const peerId = peerIdFromBytes(bytes)
    bytes[5] = 9
    t.equal(peerId.bytes[5], 0)
  },
)

void t.test('no text makes the reader throw anything but its own error', async () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 140 }),
        fc.base64String().map((text) => `Qm${text}`),
        fc.string().map((text) => `b${text}`),
      ),
      (text) => {
        try {
          return peerIdFromString(peerIdFromString(text).toString()).equals(peerIdFromString(text))
        } catch (error) {
          if (error instanceof CryptoError && error.code === 'bad-peer-id') return true
          throw error
        }
      },
    ),
  )
})
