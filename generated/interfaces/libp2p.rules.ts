// Generated from spec/interfaces/libp2p.yaml sha256:b5e7cf9212896a30ddbe90f7d4cc94d92968ee0cd0c082f077f2650eff7aab36
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. A whole node: its identity, its addresses, its connections, the protocols that it serves. */
export const libp2pRules = {
  'NODE-ADDRESS-1': { level: 'MUST', kind: 'semantics', about: 'Libp2p.addresses', text: 'Each address leads to a listener that stands, as far as the node knows, or was announced by its owner; none is unspecified, and each has the peer id of this node at its end.' },
  'NODE-EVENT-1': { level: 'MUST', kind: 'ordering', about: 'EventSource.on', text: 'Listeners hear an event in the turn in which it happens and in the order in which they came; one that throws stops nobody.' },
  'NODE-LIFE-1': { level: 'MUST', kind: 'lifetime', about: 'Libp2p.stop', text: 'After a stop nothing of the node is left: no listener, no connection, no timer that keeps the process alive.' },
  'NODE-DIAL-1': { level: 'MUST', kind: 'semantics', about: 'Libp2p.dial', text: 'Dials of one peer that run at once share one connection.' },
  'NODE-DIAL-2': { level: 'MUST', kind: 'errors', about: 'Libp2p.dial', text: 'A failed dial rejects with one error that names each address tried and what became of it.' },
  'NODE-ABORT-1': { level: 'MUST', kind: 'cancellation', about: 'Libp2p.dial', text: 'An aborted call rejects with the signal\'s reason; a dial that others wait for goes on for them.' },
  'NODE-EXPLAIN-1': { level: 'MUST NOT', kind: 'semantics', about: 'Libp2p.explain', text: 'The explanation does not touch the network.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type Libp2pChecks<Subject> = { readonly [Rule in keyof typeof libp2pRules]: (subject: Subject) => void | Promise<void> }
