import type { ProtocolAdapter } from '../../runner/adapter.ts'

/** The handshake is played by scripts (extra cases): its messages depend on keys that no table of fields holds. */
export const noiseAdapter: ProtocolAdapter = {
  protocol: 'noise',
  framing: { kind: 'u16be-prefixed', limit: 65535 },
  roles: {
    responder: [{ mode: 'listener', reach: { at: 'security' } }],
    initiator: [{ mode: 'dialer', reach: { at: 'security' } }],
  },
  hindrance: () => ({ kind: 'out-of-reach', why: 'the handshake is played by scripts' }),
  encode: () => new Uint8Array(),
  decode: (payload) => ({ message: 'frame', fields: { length: payload.length } }),
  input: () => ({}),
}
