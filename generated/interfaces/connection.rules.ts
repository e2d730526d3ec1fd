// Generated from spec/interfaces/connection.yaml sha256:19706bf378de1fd77984a72013c6d914bf51d6dc00435df0481e69d62542146a
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. An encrypted, authenticated, muxed connection to one peer. */
export const connectionRules = {
  'CONN-PEER-1': { level: 'MUST', kind: 'semantics', about: 'Connection.remotePeer', text: 'The identity was proven by the security handshake before anybody saw the connection.' },
  'CONN-OPEN-1': { level: 'MUST', kind: 'errors', about: 'Connection.openStream', text: 'Where the remote supports none of the protocols, the call rejects, or the stream that was handed out early is reset with that reason.' },
  'CONN-OPEN-2': { level: 'MUST', kind: 'lifetime', about: 'Connection.openStream', text: 'A stream that could not be negotiated is reset and counts no more.' },
  'CONN-CLOSE-1': { level: 'MUST', kind: 'ordering', about: 'Connection.close', text: 'Bytes queued before the call are sent before the end, or the call rejects.' },
  'CONN-CLOSE-2': { level: 'MUST', kind: 'lifetime', about: 'Connection.closed', text: 'When a connection ends, every stream of it ends, and the promise of its end resolves.' },
  'CONN-ABORT-1': { level: 'MUST', kind: 'cancellation', about: 'Connection.openStream', text: 'An aborted call rejects with the signal\'s reason; a stream that it had opened is reset.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type ConnectionChecks<Subject> = { readonly [Rule in keyof typeof connectionRules]: (subject: Subject) => void | Promise<void> }
