// Generated from spec/interfaces/stream.yaml sha256:a9123b5e542ce196916c906cab5fe460171ed060481faeb550d0e55bf6f43c93
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. What every channel of bytes offers to the layer above it, from the socket to the application. */
export const streamRules = {
  'STR-SINK-1': { level: 'MUST', kind: 'ordering', about: 'ByteSink.push', text: 'Bytes are pushed in the order in which they were sent, each once, and never as an empty chunk.' },
  'STR-SINK-2': { level: 'MUST', kind: 'ordering', about: 'ByteSink.end', text: 'Nothing follows an end but a failure; nothing at all follows a failure.' },
  'STR-SINK-3': { level: 'MUST', kind: 'ordering', about: 'ByteDuplex.consume', text: 'A sink that comes late gets what was buffered, and an end or failure seen before it, within the call that installs it.' },
  'STR-SINK-4': { level: 'MUST', kind: 'ordering', about: 'ByteDuplex.unshift', text: 'Bytes put back go to the next sink, in front of all others; until there is one, nothing is pushed.' },
  'STR-PRESSURE-1': { level: 'MUST', kind: 'back-pressure', about: 'ByteDuplex.writeNow', text: 'After a write that returned false, drain is called once when the buffer is low again.' },
  'STR-PRESSURE-2': { level: 'MUST', kind: 'back-pressure', about: 'ByteDuplex.pause', text: 'While paused, buffered bytes stay within a limit and the remote is held back; no byte is lost.' },
  'STR-WRITE-1': { level: 'MUST', kind: 'ordering', about: 'ByteDuplex.writeNow', text: 'Bytes leave in the order of their writes; a write after the end of writing throws.' },
  'STR-WRITE-2': { level: 'MUST', kind: 'ordering', about: 'ByteDuplex.closeWriteNow', text: 'The end leaves behind everything that was queued before it; reading goes on.' },
  'STR-READ-1': { level: 'MUST', kind: 'semantics', about: 'Stream.read', text: 'After the last chunk every read gives null; after a reset every read rejects with its reason.' },
  'STR-RESET-1': { level: 'MUST', kind: 'lifetime', about: 'ByteDuplex.reset', text: 'A reset ends both directions on both sides; a second one does nothing.' },
  'STR-RESET-2': { level: 'MUST', kind: 'errors', about: 'Stream.closed', text: 'The promise of the end resolves on every path, with the error of a reset and with undefined after a clean end.' },
  'STR-ABORT-1': { level: 'MUST', kind: 'cancellation', about: 'Stream.read', text: 'An aborted call rejects with the signal\'s reason and leaves the stream usable: no byte is lost or sent twice.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type StreamChecks<Subject> = { readonly [Rule in keyof typeof streamRules]: (subject: Subject) => void | Promise<void> }
