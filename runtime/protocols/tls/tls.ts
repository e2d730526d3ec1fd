import { limits } from '@p2pspec/generated/common/limits'
import type {
  ConnectionEncrypter,
  EncryptOptions,
  SecureChannel,
} from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import { systemClock } from '@p2pspec/runtime/core/clock'
import type { Clock } from '@p2pspec/runtime/core/clock'
import type { PrivateKey } from '@p2pspec/runtime/crypto/keys'
import { shakeHands } from './handshake.ts'
import { makeCertificate } from './own-certificate.ts'
import type { OwnCertificate } from './own-certificate.ts'
import { secureContextOf } from './tls-socket.ts'

//= TLS-ID-1
export const tlsProtocol = '/tls/1.0.0'

export interface TlsOptions {
  /** The identity this side proves. */
  readonly privateKey: PrivateKey
  readonly clock?: Clock
  readonly timeoutMs?: number
  /** The certificate that this side shows; a new one, made with the first handshake, where absent. */
  readonly certificate?: OwnCertificate
}

/** TLS 1.3 with self-signed certificates that carry the libp2p identity. Rejects with `TlsError`. */
export function tls(options: TlsOptions): ConnectionEncrypter {
  const { privateKey, clock = systemClock, timeoutMs = limits.tls.handshakeTimeout } = options
  let kept: { certificate: OwnCertificate; secureContext: ReturnType<typeof secureContextOf> } | undefined
  //= TLS-CERT-2, TLS-CHAIN-1
  const keep = (): NonNullable<typeof kept> => {
    const certificate = options.certificate ?? makeCertificate(privateKey, clock.wallTime())
    return (kept = { certificate, secureContext: secureContextOf(certificate) })
  }
  const secure = (
    side: 'client' | 'server',
    channel: ByteDuplex,
    { remotePeer, muxers = [], signal }: EncryptOptions = {},
  ): Promise<SecureChannel> =>
    shakeHands(channel, { side, ...(kept ?? keep()), clock, timeoutMs, expected: remotePeer, muxers, signal })
  return {
    protocol: tlsProtocol,
    secureOutbound: (channel, encryptOptions) => secure('client', channel, encryptOptions),
    secureInbound: (channel, encryptOptions) => secure('server', channel, encryptOptions),
  }
}
