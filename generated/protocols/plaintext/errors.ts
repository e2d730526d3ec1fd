// Generated from spec/protocols/plaintext/machine.yaml sha256:30224a5c60ec6b4fc13e1980640283fdb7833e6611f22d12e72036c30ac6140f
// Do not edit: change the spec and run `p2pspec generate`.

/** Why plaintext fails. */
export type PlaintextErrorCode =
    | 'malformed'
    | 'incomplete'
    | 'bad-key'
    | 'foreign-id'
    | 'wrong-peer'
    | 'closed'
    | 'timeout';
/** What happened, and what to do. */
export const plaintextErrors: Readonly<Record<PlaintextErrorCode, string>> = {
  'malformed': 'The remote sent a message that is too long, cut off or no Exchange message.',
  'incomplete': 'The remote left out its peer id or its public key, so that nothing can be compared.',
  'bad-key': 'The public key that the remote named is no key that can be used.',
  'foreign-id': 'The remote named a peer id that is not the one of its public key.',
  'wrong-peer': 'Another peer than the one that was dialled answered at this address.',
  'closed': 'The channel ended before both sides had said who they are.',
  'timeout': 'The exchange took too long; the remote is slow or stalls on purpose.',
};
