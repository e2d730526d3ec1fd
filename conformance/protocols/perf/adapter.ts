import type { ProtocolAdapter } from '../../runner/adapter.ts'

const PERF = '/perf/1.0.0'

/** The upload is bytes without messages: cases of the server are played as they stand, each read is one `data`. */
export const perfAdapter: ProtocolAdapter = {
  protocol: 'perf',
  framing: { kind: 'manual' },
  roles: { server: [{ mode: 'both', reach: { at: 'stream', opens: 'tester', protocol: PERF } }] },

  hindrance: (_item, _place, knowledge) =>
    knowledge.protocols.includes(PERF) ? null : { kind: 'unsupported', why: `the subject does not list ${PERF}` },

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
