import type { ProtocolAdapter } from '../../runner/adapter.ts'

/** A QUIC library speaks it, with certificates that the tester forges: its cases are scripts. */
export const quicAdapter: ProtocolAdapter = {
  protocol: 'quic',
  transport: 'quic',
  framing: { kind: 'manual' },
  roles: {
    server: [{ mode: 'listener', reach: { at: 'quic' } }],
    client: [{ mode: 'dialer', reach: { at: 'quic' } }],
  },
  encode: () => new Uint8Array(),
  decode: (payload) => ({ message: 'datagram', fields: { length: payload.length } }),
  input: () => ({}),
}
