// Generated from spec/protocols/tls/machine.yaml sha256:4dbc03fff40ea1b50c92d37786596ce5c6b1799f7e66a6787a64115e990b172e
// Do not edit: change the spec and run `p2pspec generate`.

/** Why tls fails. */
export type TlsErrorCode =
    | 'no-certificate'
    | 'many-certificates'
    | 'bad-certificate'
    | 'not-self-signed'
    | 'unknown-critical-extension'
    | 'not-yet-valid'
    | 'expired'
    | 'missing-extension'
    | 'bad-key'
    | 'bad-signature'
    | 'wrong-peer'
    | 'no-common-protocol'
    | 'malformed'
    | 'refused'
    | 'closed'
    | 'timeout';
/** What happened, and what to do. */
export const tlsErrors: Readonly<Record<TlsErrorCode, string>> = {
  'no-certificate': 'The remote showed no certificate, so nobody knows who it is.',
  'many-certificates': 'The remote showed more than one certificate; a libp2p peer shows the one that it signed itself.',
  'bad-certificate': 'The remote\'s certificate is too long or no X.509 certificate as libp2p wants it.',
  'not-self-signed': 'The remote\'s certificate was not signed by its own key.',
  'unknown-critical-extension': 'The remote\'s certificate has a critical extension that this side does not know.',
  'not-yet-valid': 'The remote\'s certificate is not valid yet; compare the clocks of the two sides.',
  'expired': 'The remote\'s certificate is no longer valid; compare the clocks of the two sides.',
  'missing-extension': 'The remote\'s certificate has no libp2p extension; it is no certificate of a libp2p peer.',
  'bad-key': 'The identity key in the remote\'s certificate is no key that can be used.',
  'bad-signature': 'The identity key in the remote\'s certificate did not sign the key of the certificate; the remote does not hold the identity it claims.',
  'wrong-peer': 'Another peer than the one that was dialled answered at this address.',
  'no-common-protocol': 'The client offers application protocols and libp2p is not among them.',
  'malformed': 'The remote sent what TLS 1.3 does not allow; it speaks another version or no TLS at all.',
  'refused': 'The remote refused the handshake with an alert; the cause says which.',
  'closed': 'The channel ended before the handshake was over.',
  'timeout': 'The handshake took too long; the remote is slow or stalls on purpose.',
};
