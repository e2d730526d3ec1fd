// Generated from spec/protocols/perf/machine.yaml sha256:6fea17af5987b4ff435ac50d6f642aed50daa415d9f13692fd21b8e61ecb4a1f
// Do not edit: change the spec and run `p2pspec generate`.

/** Why perf fails. */
export type PerfErrorCode =
    | 'malformed'
    | 'early-data'
    | 'too-much'
    | 'too-little'
    | 'closed'
    | 'timeout';
/** What happened, and what to do. */
export const perfErrors: Readonly<Record<PerfErrorCode, string>> = {
  'malformed': 'The remote ended the stream inside the eight bytes of the request.',
  'early-data': 'The remote sent before the upload was over.',
  'too-much': 'The remote sent more bytes than it was asked for.',
  'too-little': 'The remote ended the stream before it had sent what it was asked for.',
  'closed': 'The stream was reset before the measurement was over.',
  'timeout': 'The remote neither sent nor took bytes for too long.',
};
