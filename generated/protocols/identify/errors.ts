// Generated from spec/protocols/identify/machine.yaml sha256:326b773d5b9a6b9f140d3bd1bad8dd7d06742f0b6ad488e2141f7690de72396e
// Do not edit: change the spec and run `p2pspec generate`.

/** Why identify fails. */
export type IdentifyErrorCode =
    | 'malformed'
    | 'empty'
    | 'too-many-parts'
    | 'foreign-key'
    | 'closed'
    | 'timeout';
/** What happened, and what to do. */
export const identifyErrors: Readonly<Record<IdentifyErrorCode, string>> = {
  'malformed': 'The remote sent a message that is too long, cut off or no Identify message.',
  'empty': 'The remote ended the stream without an Identify message.',
  'too-many-parts': 'The remote sent more messages on one stream than are merged.',
  'foreign-key': 'The remote named a public key that is not the one its connection proved.',
  'closed': 'The stream was reset before the exchange was over.',
  'timeout': 'The exchange took too long; the remote is slow or stalls on purpose.',
};
