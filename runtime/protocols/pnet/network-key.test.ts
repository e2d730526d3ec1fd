import fc from 'fast-check'
import t from 'tap'
import {
  decodeNetworkKeyFile,
  encodeNetworkKeyFile,
  generateNetworkKey,
  networkKeyFingerprint,
  requireNetworkKey,
  type NetworkKeyFormat,
} from './network-key.ts'
import { PnetError } from './pnet-error.ts'

const formats: readonly NetworkKeyFormat[] = ['base16', 'base64', 'bin']
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const counting = Uint8Array.from({ length: 32 }, (_, index) => index)
const heading = '/key/swarm/psk/1.0.0/\n'

await t.test('reads back what it writes in every format [PNET-FILE-1] [PNET-FILE-2]', async () => {
  fc.assert(
    fc.property(key, fc.constantFrom(...formats), (given, format) =>
      Buffer.from(decodeNetworkKeyFile(encodeNetworkKeyFile(given, format))).equals(given),
    ),
  )
})

await t.test('writes the three lines that others read [PNET-FILE-1] [PNET-FILE-2]', async (t) => {
  const text = (format: NetworkKeyFormat): string =>
    Buffer.from(encodeNetworkKeyFile(counting, format)).toString('latin1')
  t.equal(text('base16'), `${heading}/base16/\n000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n`)
  t.equal(text('base64'), `${heading}/base64/\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n`)
  t.equal(text('bin'), `${heading}/bin/\n${Buffer.from(counting).toString('latin1')}`)
})

await t.test(
  'reads files whose lines end in two characters or whose last line has no end, and digits in capitals [PNET-FILE-2]',
  async (t) => {
    const digits = '6189c5cf0b87fb800c1a9feeda73c6ab5e998db48fb9e6a978575c770ceef683'
    for (const text of [
      `${heading}/base16/\n${digits}`,
      `${heading}/base16/\n${digits.toUpperCase()}\n`,
      `${heading}/base16/\n${digits}\n`.replaceAll('\n', '\r\n'),
      `${heading}/base64/\n${Buffer.from(digits, 'hex').toString('base64')}\r\n`,
      `/key/swarm/psk/1.0.0/\r\n/bin/\r\n${Buffer.from(digits, 'hex').toString('latin1')}`,
    ]) {
      t.equal(Buffer.from(decodeNetworkKeyFile(Buffer.from(text, 'latin1'))).toString('hex'), digits, text)
    }
    const withLineEnds = Uint8Array.from({ length: 32 }, (_, index) => (index % 2 === 0 ? 0x0d : 0x0a))
    t.same(decodeNetworkKeyFile(encodeNetworkKeyFile(withLineEnds, 'bin')), withLineEnds)
  },
)

await t.test(
  'refuses what is no key file, and a key of another length [PNET-FILE-1] [PNET-FILE-2] [PNET-KEY-1]',
  async (t) => {
    const digits = '61'.repeat(32)
    for (const text of [
      '',
      heading,
      `${heading}/base58/\n${digits}`,
      `/key/swarm/psk/1.0.1/\n/base16/\n${digits}`,
      `/key/swarm/psk/1.0.0/ \n/base16/\n${digits}`,
      ` ${heading}/base16/\n${digits}`,
      `${heading}/base16/\n${digits.slice(2)}`,
      `${heading}/base16/\n${digits}00`,
      `${heading}/base16/\n${digits}\n\n`,
      `${heading}/base16/\n${digits.slice(0, 62)}zz`,
      `${heading}/base16/\n ${digits}`,
      `${heading}/base64/\n${Buffer.from(digits, 'hex').toString('base64').slice(0, 43)}`,
      `${heading}/base64/\n${Buffer.from(digits, 'hex').toString('base64').slice(0, 43)}-`,
      `${heading}/base64/\n${Buffer.alloc(33).toString('base64')}`,
      `${heading}/bin/\n${'x'.repeat(31)}`,
      `${heading}/bin/\n${'x'.repeat(33)}`,
      `${heading}/base16/\n${digits}${'\n'.repeat(2000)}`,
    ]) {
      t.throws(() => decodeNetworkKeyFile(Buffer.from(text, 'latin1')), { code: 'bad-key' }, JSON.stringify(text))
    }
    for (const length of [0, 31, 33, 64]) t.throws(() => requireNetworkKey(new Uint8Array(length)), { code: 'bad-key' })
  },
)

await t.test(
  'answers any bytes, and any damage to a key file, with a key of 32 bytes or a typed error that tells none of them [PNET-KEY-1]',
  async () => {
    const damaged = fc
      .tuple(key, fc.constantFrom(...formats), fc.nat(), fc.nat({ max: 255 }), fc.boolean())
      .map(([given, format, place, byte, cut]) => {
        const bytes = encodeNetworkKeyFile(given, format).slice()
        const at = place % bytes.byteLength
        if (cut) return bytes.subarray(0, at)
        bytes[at] = byte
        return bytes
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (contents) => {
        try {
          return decodeNetworkKeyFile(contents).byteLength === 32
        } catch (error) {
          const text = Buffer.from(contents).toString('latin1')
          const secret = text.split('\n')[2] ?? ''
          return (
            error instanceof PnetError &&
            error.code === 'bad-key' &&
            (secret.length < 8 || !error.message.includes(secret))
          )
        }
      }),
      { numRuns: 2_000 },
    )
  },
)

await t.test('shows the fingerprint that go and rust show [PNET-FINGER-1]', async (t) => {
  t.equal(networkKeyFingerprint(counting), '41dfbf48d882a8ee665983adfa7a48f7')
  const ofRust = Buffer.from('6189c5cf0b87fb800c1a9feeda73c6ab5e998db48fb9e6a978575c770ceef683', 'hex')
  t.equal(networkKeyFingerprint(ofRust), '45fc986bbc9388a11d939df26f730f0c')
  t.not(networkKeyFingerprint(generateNetworkKey()), networkKeyFingerprint(generateNetworkKey()))
})
