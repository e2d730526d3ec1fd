// Generated from spec/protocols/identify/machine.yaml sha256:40675f747e420e1992ad144a054047330685d3aa4f5394a24987ba1e224180d0
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
