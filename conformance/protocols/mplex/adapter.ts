import type { ProtocolAdapter } from '../../runner/adapter.ts'

/** Sessions and streams are played by scripts (extra cases) with raw messages; `initiator` is a stream that the subject opened. */
export const mplexAdapter: ProtocolAdapter = {
  protocol: 'mplex',
  framing: { kind: 'manual' },
  roles: {
    session: [{ mode: 'both', reach: { at: 'mplex' } }],
    responder: [{ mode: 'both', reach: { at: 'mplex' } }],
    initiator: [{ mode: 'both', reach: { at: 'mplex' } }],
  },
  hindrance: () => ({ kind: 'out-of-reach', why: 'sessions are played by scripts' }),
  encode: () => new Uint8Array(),
  decode: (payload) => ({ message: 'bytes', fields: { length: payload.length } }),
  input: () => ({}),
}
