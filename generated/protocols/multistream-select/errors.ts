// Generated from spec/protocols/multistream-select/machine.yaml sha256:7789ae81037d80bba4edce8117e1e210a55cb04844ca0200f24851860bb1c9ec
// Do not edit: change the spec and run `p2pspec generate`.

/** Why multistream-select fails. */
export type MultistreamSelectErrorCode =
    | 'bad-header'
    | 'malformed'
    | 'not-supported'
    | 'unexpected-message'
    | 'too-many-proposals'
    | 'closed'
    | 'timeout';
/** What happened, and what to do. */
export const multistreamSelectErrors: Readonly<Record<MultistreamSelectErrorCode, string>> = {
  'bad-header': 'The remote\'s first message was not the multistream-select header; it speaks something else on this channel.',
  'malformed': 'The remote sent a message that breaks the framing (length, newline, UTF-8 or size).',
  'not-supported': 'The remote supports none of the offered protocols; offer another one.',
  'unexpected-message': 'The remote sent a message that has no place at this point of the negotiation.',
  'too-many-proposals': 'The remote went on proposing after the allowed number of refusals.',
  'closed': 'The remote ended the channel before a protocol was agreed.',
  'timeout': 'The negotiation took too long; the remote is slow or stalls on purpose.',
};
