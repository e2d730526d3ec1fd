import { readFileSync } from 'node:fs'
import { encodeEnvelope } from '@p2pspec/generated/records/envelope/messages'
import t from 'tap'
import { parse } from 'yaml'
import { generatePrivateKey } from '../crypto/keys.ts'
import { PayloadJudge } from '../protocols/noise/identity-proof.ts'
import { ExchangeJudge } from '../protocols/plaintext/exchange-judge.ts'
import { ProofJudge } from '../protocols/tls/proof-judge.ts'
import { openEnvelope, sealEnvelope } from '../records/envelope/envelope.ts'

interface KeyVector {
  readonly id: string
  readonly input: { readonly publicKey?: { readonly hex: string } }
}

const file = new URL('../../spec/records/keys/vectors.yaml', import.meta.url)
// The file's form is checked by the spec's own schema.
const { vectors } = parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly KeyVector[] }
const purpose = { domain: 'libp2p-peer-record', payloadType: Uint8Array.of(3, 1) }
const payload = Uint8Array.of(1, 2, 3)

t.test(
  'RSA keys of a size that burns time are refused before anything is verified: by noise, TLS, plaintext and envelopes (CVE-2023-39533) [KEY-RSA-4]',
  async (t) => {
    const wrong = ['rsa-1024', 'rsa-2047', 'rsa-8193', 'rsa-16384']
    for (const id of wrong) {
      const hex = vectors.find((vector) => vector.id === id)?.input.publicKey?.hex
      t.ok(hex, `${id} is among the vectors`)
      const key = new Uint8Array(Buffer.from(hex ?? '', 'hex'))
      for (const [path, judge] of [
        ['noise', new PayloadJudge()],
        ['TLS', new ProofJudge()],
        ['plaintext', new ExchangeJudge()],
      ] as const) {
        t.equal(judge.validKey(key), false, `${path} refuses ${id}`)
        t.equal(judge.peerIdOf(key), undefined, `${path} knows nobody by ${id}`)
      }
      const envelope = encodeEnvelope({
        publicKey: key,
        payloadType: purpose.payloadType,
        payload,
        signature: new Uint8Array(2_048),
      })
      t.throws(
        () => openEnvelope(envelope, purpose),
        { code: 'bad-key', cause: { name: 'CryptoError' } },
        `an envelope by ${id} is not opened`,
      )
    }
    const honest = generatePrivateKey('rsa')
    t.equal(new PayloadJudge().validKey(honest.publicKey.encode()), true, 'one of 2,048 bits is taken')
    t.same(openEnvelope(sealEnvelope(honest, purpose, payload), purpose).payload, payload)
  },
)
