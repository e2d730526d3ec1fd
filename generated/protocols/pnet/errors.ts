// Generated from spec/protocols/pnet/machine.yaml sha256:efa64b7d1cf2e3dba63ee627b549cb4bdecf54fb9f1aaa8abec11b24e60488c2
// Do not edit: change the spec and run `p2pspec generate`.

/** Why pnet fails. */
export type PnetErrorCode =
    | 'malformed'
    | 'public-remote'
    | 'closed'
    | 'timeout';
/** What happened, and what to do. */
export const pnetErrors: Readonly<Record<PnetErrorCode, string>> = {
  'malformed': 'The remote ended the connection inside its nonce.',
  'public-remote': 'The remote speaks in clear, so it has no key of a private network: give it the key, or dial it from a node without one.',
  'closed': 'The remote ended the connection before its nonce was whole; it may have no key of this private network, or another one.',
  'timeout': 'The remote sent no nonce in time.',
};
