import type { ProtocolAdapter } from '../../runner/adapter.ts'

const PERF = '/perf/1.0.0'

/** The upload is bytes without messages: cases of the server are played as they stand, each read is one `data`. */
export const perfAdapter: ProtocolAdapter = {
  protocol: 'perf',
  framing: { kind: 'manual' },
  roles: { server: [{ mode: 'both', reach: { at: 'stream', opens: 'tester', protocol: PERF } }] },

  hindrance({ state, event }, _place, knowledge) {
    if (!knowledge.protocols.includes(PERF)) return { kind: 'unsupported', why: `the subject does not list ${PERF}` }
    // The download begins with the end of what we send, and a muxer refuses bytes behind an end.
    const behindTheEnd = state === 'downloading' && (event.startsWith('recv.') || event === 'io.eof')
    return behindTheEnd ? { kind: 'out-of-reach', why: 'nothing can be sent behind the end of a stream' } : null
  },

  encode(message, fields) {
    const bytes = new Uint8Array(8)
    if (message === 'request') {
      new DataView(bytes.buffer).setBigUint64(0, countOf(fields['downloadBytes']))
      return bytes
    }
    return new Uint8Array(Number(countOf(fields['length'] ?? 1)))
  },

  decode: (payload) => ({ message: 'data', fields: { length: BigInt(payload.length) } }),
  input: () => ({}),
}

function countOf(value: unknown): bigint {
  return typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : 1n
}
