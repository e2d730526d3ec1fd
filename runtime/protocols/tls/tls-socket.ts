import { constants, type X509Certificate } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import type { SecureContext } from 'node:tls'
import type { OwnCertificate } from './own-certificate.ts'

/** The keys and rules of every handshake of a node; made once. */
export function secureContextOf({ certificatePem, privateKeyPem }: OwnCertificate): SecureContext {
  return createSecureContext({
    cert: certificatePem,
    key: privateKeyPem,
    //= TLS-VER-1
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    // The fastest first where the processor knows AES, as every server does; all three are equally safe.
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
    //= TLS-RESUME-1
    secureOptions: constants.SSL_OP_NO_TICKET,
  })
}

/** The dialling side over a stream or a plain socket. What the remote proves is looked at afterwards, by libp2p's own rules. */
export function clientSocket(stream: Duplex, secureContext: SecureContext, offers: readonly string[]): TLSSocket {
  //= TLS-SNI-1
  return connect({
    socket: stream,
    secureContext,
    ALPNProtocols: [...offers],
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  })
}

/** The listening side. `choose` gets the client's application protocols and answers one of them; undefined refuses the handshake. */
export function serverSocket(
  stream: Duplex,
  secureContext: SecureContext,
  choose: (protocols: readonly string[]) => string | undefined,
): TLSSocket {
  //= TLS-AUTH-2, TLS-SNI-2
  return new TLSSocket(stream, {
    isServer: true,
    secureContext,
    requestCert: true,
    rejectUnauthorized: false,
    ALPNCallback: ({ protocols }) => choose(protocols),
  })
}

/** The certificates that the remote showed. */
export function shownChain(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = []
  for (let next = socket.getPeerX509Certificate(); next !== undefined; next = next.issuerCertificate) {
    chain.push(next)
    // Two are refused as well as many.
    if (chain.length === 2) break
  }
  return chain
}
