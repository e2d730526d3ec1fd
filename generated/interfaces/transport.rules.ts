// Generated from spec/interfaces/transport.yaml sha256:8557640c6bb7f2a9ef8aed377def4ecbe9cc928dc142a52efc4531266ffb66e4
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. Opens connections, and takes them. */
export const transportRules = {
  'TRN-ADDRESS-1': { level: 'MUST', kind: 'semantics', about: 'Transport.canDial', text: 'An address that is not of this transport is said no to, without an error and without a look at the network.' },
  'TRN-DIAL-1': { level: 'MUST', kind: 'cancellation', about: 'Transport.dial', text: 'An aborted call rejects with the signal\'s reason and leaves no socket open.' },
  'TRN-DIAL-2': { level: 'MUST', kind: 'errors', about: 'Transport.dial', text: 'An address that nobody listens on rejects with an error that names the address.' },
  'TRN-LISTEN-1': { level: 'MUST', kind: 'semantics', about: 'TransportListener.addresses', text: 'Once listening, the listener can be dialled at each address that it names.' },
  'TRN-LISTEN-2': { level: 'MUST', kind: 'lifetime', about: 'TransportListener.close', text: 'After a close no new connection comes in, and the address can be listened on again; connections that stand are left alone, or end with it where they live on the very socket of the listener.' },
  'TRN-LISTEN-3': { level: 'MUST', kind: 'errors', about: 'Transport.listen', text: 'Whatever a remote sends in place of this transport\'s own opening harms its own connection alone: it is never handed on, and the next one is served.' },
  'TRN-DIAL-3': { level: 'MUST', kind: 'errors', about: 'Transport.dial', text: 'An address of another transport is dialled and listened on in vain: both reject with unsupported-address.' },
  'TRN-DIAL-4': { level: 'MUST NOT', kind: 'semantics', about: 'Transport.dial', text: 'Of the IP addresses behind a name none is connected to that the caller does not allow; where none is allowed, the call rejects with the caller\'s reason.' },
  'TRN-CHANNEL-1': { level: 'MUST', kind: 'ordering', about: 'RawConnection.channel', text: 'Bytes arrive on both ways as they were written, whatever lengths they were written in, on as many connections as stand.' },
  'TRN-CHANNEL-2': { level: 'MUST', kind: 'ordering', about: 'RawConnection.channel', text: 'The end of writing arrives behind all that was written; where the transport has half-open connections, the other way goes on until it is ended too.' },
  'TRN-CHANNEL-3': { level: 'MUST', kind: 'lifetime', about: 'RawConnection.channel', text: 'A reset ends both ends at once: here it is one failure, with the reason given; there an end or one failure with a code, and writes soon fail.' },
  'TRN-CHANNEL-4': { level: 'MUST', kind: 'back-pressure', about: 'RawConnection.channel', text: 'A reader that pauses holds the writer of the other end back on either way; when it goes on, nothing is lost and drain is called.' },
  'TRN-CHANNEL-5': { level: 'MUST', kind: 'ordering', about: 'RawConnection.channel', text: 'What was written in the turn of a reset reaches a remote that reads, where nothing waits to leave before it: a refusal is heard.' },
  'TRN-CLOSED-1': { level: 'MUST', kind: 'lifetime', about: 'RawConnection.closed', text: 'The promise of the end waits for both ways, and what was written before it has then arrived; after a reset it resolves as well.' },
  'TRN-LIFE-1': { level: 'MUST', kind: 'lifetime', about: 'Transport.dial', text: 'When every connection is over and every listener is closed, nothing stays open.' },
  'TRN-MUXED-1': { level: 'MUST', kind: 'semantics', about: 'MuxedConnection.remotePeer', text: 'The remote has proven the identity that it is handed on with; a remote that could not is never handed on.' },
  'TRN-MUXED-2': { level: 'MUST', kind: 'ordering', about: 'MuxedConnection.start', text: 'Streams that the remote opened before the start are announced after it, in their order, and no byte of them is lost.' },
  'TRN-MUXED-3': { level: 'MUST', kind: 'lifetime', about: 'MuxedConnection.reset', text: 'A reset before the start or after it ends the remote\'s side too, with every stream on it.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type TransportChecks<Subject> = { readonly [Rule in keyof typeof transportRules]: (subject: Subject) => void | Promise<void> }
