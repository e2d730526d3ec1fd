// Generated from spec/interfaces/stream-muxer.yaml sha256:3f7be41adaa709130cd33e9cba076ff5989b1ceb753f605ec8f8aff3b49d0986
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. Many streams on one secure channel. */
export const streamMuxerRules = {
  'MUX-START-1': { level: 'MUST', kind: 'ordering', about: 'StreamMuxer.start', text: 'Bytes that were put back into the channel before the start are read first.' },
  'MUX-OPEN-1': { level: 'MUST', kind: 'ordering', about: 'MuxerEvents.onStream', text: 'Each inbound stream is announced once, in the order of opening, and its end is announced once, after it.' },
  'MUX-OPEN-2': { level: 'MUST', kind: 'back-pressure', about: 'MuxerSession.openStream', text: 'Over a limit of streams the call throws; it neither waits nor queues without a limit.' },
  'MUX-ISOLATION-1': { level: 'MUST', kind: 'back-pressure', about: 'MuxerSession.openStream', text: 'A stream that nobody reads holds up its own sender and no other stream.' },
  'MUX-INTERCEPT-1': { level: 'MUST', kind: 'ordering', about: 'MuxedStream.intercept', text: 'No byte is lost, doubled or out of order when a sink is put before the application\'s and taken away again.' },
  'MUX-BUDGET-1': { level: 'MUST', kind: 'back-pressure', about: 'MuxedStream.budget', text: 'A stream holds no more bytes, unread and unsent, than its budget has granted; where the budget refuses, that stream alone is reset.' },
  'MUX-END-1': { level: 'MUST', kind: 'lifetime', about: 'MuxerEvents.onClosed', text: 'However the session ends, every stream ends, and the end of the session is told exactly once.' },
  'MUX-END-2': { level: 'MUST', kind: 'ordering', about: 'MuxerSession.close', text: 'A graceful end lets queued bytes leave before the channel ends, and says so to the remote.' },
  'MUX-ABORT-1': { level: 'MUST', kind: 'cancellation', about: 'MuxerSession.ping', text: 'An aborted call rejects with the signal\'s reason and leaves the session as it was.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type StreamMuxerChecks<Subject> = { readonly [Rule in keyof typeof streamMuxerRules]: (subject: Subject) => void | Promise<void> }
