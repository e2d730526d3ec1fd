import { createPublicKey, createSecretKey } from 'node:crypto'
import { pair } from '@p2pspec/runtime/core/pair'
import { importPublicKey } from '@p2pspec/runtime/crypto/import-public-key'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { FrameOpener } from '@p2pspec/runtime/protocols/noise/frame-opener'
import { FrameSealer } from '@p2pspec/runtime/protocols/noise/frame-sealer'
import { deriveTwo } from '@p2pspec/runtime/protocols/noise/hkdf'
import { noise } from '@p2pspec/runtime/protocols/noise/noise'
import { NonceCounter } from '@p2pspec/runtime/protocols/noise/nonce-counter'
import { agree, generateX25519Key, importX25519Key } from '@p2pspec/runtime/protocols/noise/x25519-key'
import { Bench } from 'tinybench'

// What one handshake and one MiB cost, and what the choices behind them save. `node interop/perf/micro/noise.bench.ts`
const mebibyte = 1_048_576
const key = createSecretKey(new Uint8Array(32).fill(7))
const bench = new Bench({ time: 400, warmupTime: 200 })

function seal(chunks: readonly Uint8Array[]): () => Uint8Array[] {
  const out: Uint8Array[] = []
  const sealer = new FrameSealer(key, new NonceCounter(), (bytes) => {
    out.push(bytes)
  })
  return () => {
    out.length = 0
    for (const chunk of chunks) sealer.add(chunk)
    sealer.flush()
    return out
  }
}

function yamuxFrames(bodyBytes: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let left = mebibyte; left > 0; left -= bodyBytes)
    chunks.push(new Uint8Array(12), new Uint8Array(Math.min(left, bodyBytes)))
  return chunks
}

for (const bodyBytes of [65_507, 16_384, 100])
  bench.add(`seal 1 MiB in yamux frames of ${bodyBytes}`, seal(yamuxFrames(bodyBytes)))

bench.add('seal one stream of a turn: 115 bytes', seal([new Uint8Array(115)]))

for (const readBytes of [65_536, 262_144, 1400]) {
  const sealed = Buffer.concat(seal(yamuxFrames(65_507))())
  bench.add(`open 1 MiB in reads of ${readBytes}`, () => {
    const opener = new FrameOpener(key, new NonceCounter(), () => undefined)
    for (let at = 0; at < sealed.length; at += readBytes) opener.push(sealed.subarray(at, at + readBytes))
  })
}

const dialler = noise({ privateKey: generatePrivateKey() })
const listener = noise({ privateKey: generatePrivateKey() })
bench.add('a whole handshake, both sides, in memory', async () => {
  const [left, right] = pair()
  await Promise.all([dialler.secureOutbound(left), listener.secureInbound(right)])
})

const own = generateX25519Key()
const remote = generateX25519Key()
const x = Buffer.from(remote.publicBytes).toString('base64url')
const identity = generatePrivateKey()
const message = new Uint8Array(56)
const signature = identity.sign(message)
bench
  .add('part: X25519 key', () => {
    generateX25519Key()
  })
  .add('part: import of a remote key and agreement', () => {
    agree(own, importX25519Key(remote.publicBytes))
  })
  .add('part: import of a public key', () => {
    importPublicKey({ kty: 'OKP', crv: 'X25519', x })
  })
  .add('part: the same with stack traces for the exceptions inside', () => {
    createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
  })
  .add('part: HKDF', () => {
    deriveTwo(own.publicBytes, remote.publicBytes)
  })
  .add('part: Ed25519 verification', () => {
    identity.publicKey.verify(message, signature)
  })

await bench.run()
console.table(
  bench.tasks.map(({ name, result }) => {
    const median = result.state === 'completed' ? result.latency.p50 * 1000 : Number.NaN
    return {
      name,
      'median µs': Number(median.toFixed(1)),
      'MB/s': name.includes('MiB') ? Math.round(mebibyte / median) : '',
    }
  }),
)
