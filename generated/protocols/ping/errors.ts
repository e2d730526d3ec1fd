// Generated from spec/protocols/ping/machine.yaml sha256:c2a8020df380511b43f09c0705c21cb67618a72bc24c4578a33d8560b85d9406
// Do not edit: change the spec and run `p2pspec generate`.

/** Why ping fails. */
export type PingErrorCode =
    | 'malformed'
    | 'wrong-payload'
    | 'unexpected-message'
    | 'closed'
    | 'timeout';
/** What happened, and what to do. */
export const pingErrors: Readonly<Record<PingErrorCode, string>> = {
  'malformed': 'The remote ended the stream inside a payload.',
  'wrong-payload': 'The remote answered with other bytes than it was sent.',
  'unexpected-message': 'The remote sent a payload that nobody asked for, or the application asked twice at once.',
  'closed': 'The remote ended the stream before it answered.',
  'timeout': 'The remote did not answer, or stayed silent for too long.',
};
