// Generated from spec/interfaces/datagrams.yaml sha256:b1d2fdc5b00a2966154e12183739ff119a1f5117a6f4573586b51dc409e0275b
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. Messages on a connection that may be lost, where its transport has them. */
export const datagramsRules = {
  'DGM-WHOLE-1': { level: 'MUST', kind: 'semantics', about: 'Datagrams.receive', text: 'A datagram arrives as it was sent, whole and at most once, an empty one too.' },
  'DGM-SIZE-1': { level: 'MUST', kind: 'errors', about: 'Datagrams.send', text: 'A datagram that is longer than may be is refused with the length that may be, and nothing of it leaves.' },
  'DGM-REMOTE-1': { level: 'MUST', kind: 'errors', about: 'Datagrams.send', text: 'A remote that takes none is sent none: the call throws and says so.' },
  'DGM-QUEUE-1': { level: 'MUST', kind: 'back-pressure', about: 'Datagrams.receive', text: 'What waits for a reader is bounded in number and in bytes; the oldest makes room for a new one, and each that is dropped is counted.' },
  'DGM-QUEUE-2': { level: 'MUST', kind: 'back-pressure', about: 'Datagrams.send', text: 'What waits for the network is bounded in number and in bytes; a datagram beyond that is dropped, counted and said no to.' },
  'DGM-BUDGET-1': { level: 'MUST', kind: 'back-pressure', about: 'DatagramBudget.hold', text: 'What waits, either way, is counted with its overhead in the budgets of the connection, the peer and the node; where one refuses, the datagram is dropped and the connection goes on.' },
  'DGM-END-1': { level: 'MUST', kind: 'lifetime', about: 'Datagrams.receive', text: 'After the end of the connection what has arrived can still be read, then null; a send throws.' },
  'DGM-ABORT-1': { level: 'MUST', kind: 'cancellation', about: 'Datagrams.receive', text: 'An aborted call rejects with the signal\'s reason, and no datagram is lost by it.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type DatagramsChecks<Subject> = { readonly [Rule in keyof typeof datagramsRules]: (subject: Subject) => void | Promise<void> }
