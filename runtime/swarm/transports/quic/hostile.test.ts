import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { MuxedConnection } from '@p2pspec/generated/interfaces/transport'
import t from 'tap'
import { systemClock } from '../../../core/clock.ts'
import { generatePrivateKey } from '../../../crypto/keys.ts'
import { forgeCertificate, offences } from '../../../protocols/tls/forged-certificate.ts'
import { makeCertificate, type OwnCertificate } from '../../../protocols/tls/own-certificate.ts'
import type { QuicLibraryOptions, QuicLink } from './quic-library.ts'
import { QuicheLink } from './quiche/quiche-link.ts'
import { quiche, QuicheLibrary } from './quiche/quiche-library.ts'
import { quic, type QuicOptions } from './quic.ts'

t.setTimeout(120_000)

const identity = generatePrivateKey()
const nowMs = Date.now()
const options: QuicLibraryOptions = {
  privateKey: identity,
  clock: systemClock,
  idleTimeoutMs: limits.quic.idleTimeout,
  datagrams: false,
}
const honest = makeCertificate(identity, nowMs)

interface Offence {
  readonly what: string
  readonly certificatePem: string
  readonly privateKeyPem: string
  readonly applications?: readonly string[]
}

function showing({ certificatePem, privateKeyPem }: OwnCertificate, what: string): Offence {
  return { what, certificatePem, privateKeyPem }
}

const other = makeCertificate(generatePrivateKey(), nowMs)
const wrongs: readonly Offence[] = [
  ...offences(identity, nowMs).map(([, what, forgery]) =>
    showing(forgeCertificate(identity, nowMs, forgery), `a certificate ${what.replace(/ \[.*/, '')}`),
  ),
  {
    ...showing(honest, 'a second certificate behind an honest one'),
    certificatePem: honest.certificatePem + other.certificatePem,
  },
  { ...showing(honest, 'another application protocol'), applications: ['h3'] },
]
/** A dialler without one does not begin at all: of a listener alone. */
const silent: Offence = { ...showing(honest, 'no application protocol'), applications: [] }
/** A listener without a certificate does not get as far as a handshake: of a dialler alone. */
const nothing: Offence = { what: 'no certificate', certificatePem: '', privateKeyPem: '' }

function liar(wrong: Offence): QuicheLibrary {
  return new QuicheLibrary({ own: honest, applications: ['libp2p'], ...wrong }, options)
}

const victims: Readonly<Record<string, Pick<QuicOptions, 'library'>>> = { quinn: {}, quiche: { library: quiche } }

for (const [name, victim] of Object.entries(victims)) {
  t.test(
    `${name} as a listener hands on nobody who shows something wrong [QUIC-CERT-1] [QUIC-ALPN-2] [QUIC-AUTH-1] [QUIC-STREAM-1]`,
    async (t) => {
      const transport = quic({ privateKey: generatePrivateKey(), ...victim })
      const accepted: MuxedConnection[] = []
      const listener = await transport.listen(multiaddr('/ip4/127.0.0.1/udp/0/quic-v1'), (made) => accepted.push(made))
      const port = Number(listener.addresses[0]?.toString().split('/')[4])
      const to = { host: '127.0.0.1', port }
      for (const wrong of [...wrongs, nothing]) {
        const library = liar(wrong)
        // A dialler may think that it is through before the listener has seen its certificate.
        const outcome = await library
          .dial(to, AbortSignal.timeout(8_000))
          .then(async (link: QuicLink) => await link.accept())
          .then(
            () => 'nothing at all',
            (error: unknown) => error,
          )
        t.match(outcome, { code: /closed-by-remote|handshake-failed/ }, wrong.what)
        library.stop()
      }
      t.equal(accepted.length, 0)
      const library = liar(showing(honest, 'nothing wrong'))
      const link = await library.dial(to, AbortSignal.timeout(8_000))
      await until(() => accepted.length === 1)
      t.ok(link instanceof QuicheLink)
      if (link instanceof QuicheLink) {
        t.equal(link.connection.peerStreamsLeftUni(), 0, 'one-way streams are refused [QUIC-STREAM-1]')
        t.equal(link.connection.dgramMaxWritableLen(), null, 'datagrams are refused [QUIC-STREAM-1]')
      }
      await listener.close()
      library.stop()
      transport.stop()
    },
  )

  t.test(
    `${name} as a dialler refuses a listener that shows something wrong [QUIC-CERT-1] [QUIC-ALPN-1] [QUIC-AUTH-1]`,
    async (t) => {
      const transport = quic({ privateKey: generatePrivateKey(), ...victim })
      for (const wrong of [...wrongs, silent, showing(honest, 'nothing wrong')]) {
        const library = liar(wrong)
        const links: QuicLink[] = []
        const listening = await library.listen({ host: '127.0.0.1', port: 0 }, (link) => links.push(link))
        const dial = transport.dial(multiaddr(`/ip4/127.0.0.1/udp/${listening.port}/quic-v1`))
        if (wrong.what === 'nothing wrong') t.ok(await dial, wrong.what)
        else await t.rejects(dial, { code: 'handshake-failed' }, wrong.what)
        await listening.close()
      }
      transport.stop()
    },
  )
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > end) throw new Error('what was due did not come')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
