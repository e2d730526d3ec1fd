import type { ProtocolAdapter } from '../../runner/adapter.ts'

/** The handshake is played by scripts (extra cases): a TLS library speaks it, with certificates that the tester forges. */
export const tlsAdapter: ProtocolAdapter = {
  protocol: 'tls',
  framing: { kind: 'manual' },
  roles: {
    server: [{ mode: 'listener', reach: { at: 'tls' } }],
    client: [{ mode: 'dialer', reach: { at: 'tls' } }],
  },
  hindrance: () => ({ kind: 'out-of-reach', why: 'the handshake is played by scripts' }),
  encode: () => new Uint8Array(),
  decode: (payload) => ({ message: 'record', fields: { length: payload.length } }),
  input: () => ({}),
}
