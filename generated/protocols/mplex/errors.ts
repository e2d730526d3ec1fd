// Generated from spec/protocols/mplex/machine.yaml sha256:0eaf41a342e52a3fd169215d5e6b510c8dd07769dab8f26c2e84c31aaa830ea9
// Do not edit: change the spec and run `p2pspec generate`.

/** Why mplex fails. */
export type MplexErrorCode =
    | 'malformed'
    | 'stream-in-use'
    | 'flood'
    | 'slow-reader'
    | 'data-after-end'
    | 'reset'
    | 'reset-locally'
    | 'abandoned'
    | 'closed';
/** What happened, and what to do. */
export const mplexErrors: Readonly<Record<MplexErrorCode, string>> = {
  'malformed': 'The remote sent a header that is none, an unknown flag or a message that is too long; it does not speak mplex.',
  'stream-in-use': 'The remote opened a stream that is open already.',
  'flood': 'The remote opens streams over the limit faster than it takes the refusals.',
  'slow-reader': 'The application here took the stream\'s bytes too slowly, and mplex has no way to hold the remote back.',
  'data-after-end': 'The remote sent bytes after it had ended the stream.',
  'reset': 'The remote reset the stream.',
  'reset-locally': 'This side reset the stream.',
  'abandoned': 'Nobody reads the stream any more, and the remote did not end it in time.',
  'closed': 'The session or its channel ended.',
};
