import type { ProtocolAdapter } from '../../runner/adapter.ts'

/** Sessions and streams are played by scripts (extra cases) with raw frames; `initiator` is a stream that the subject opened. */
export const yamuxAdapter: ProtocolAdapter = {
  protocol: 'yamux',
  framing: { kind: 'manual' },
  roles: {
    session: [{ mode: 'both', reach: { at: 'muxer' } }],
    responder: [{ mode: 'both', reach: { at: 'muxer' } }],
    initiator: [{ mode: 'both', reach: { at: 'muxer' } }],
  },
  hindrance: () => ({ kind: 'out-of-reach', why: 'sessions are played by scripts' }),
  encode: () => new Uint8Array(),
  decode: (payload) => ({ message: 'bytes', fields: { length: payload.length } }),
  input: () => ({}),
}
