// Generated from spec/protocols/identify/machine.yaml sha256:35049e2a7cd7fce4defcb2cb699448d39fc6af92a296886299467e78a52e3573
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
