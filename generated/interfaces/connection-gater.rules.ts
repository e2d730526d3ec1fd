// Generated from spec/interfaces/connection-gater.yaml sha256:ff9e87c61593d0fcec3835f4272f0f4f7d14886ff73ea780f8094843a821783a
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. Says which connections may come about; asked at every step of each. */
export const connectionGaterRules = {
  'GATE-REFUSE-1': { level: 'MUST', kind: 'semantics', about: 'ConnectionGater.judge', text: 'A refused connection is ended at once; no later step of it is asked about, and no stream is opened on it.' },
  'GATE-ORDER-1': { level: 'MUST', kind: 'ordering', about: 'ConnectionGater.judge', text: 'The steps of one connection are asked in order: peer and address before a dial, accept for what comes in, then secured, then upgraded.' },
  'GATE-PURE-1': { level: 'SHOULD', kind: 'semantics', about: 'ConnectionGater.judge', text: 'The same request gets the same answer while nothing changed: an explanation asks without dialling.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type ConnectionGaterChecks<Subject> = { readonly [Rule in keyof typeof connectionGaterRules]: (subject: Subject) => void | Promise<void> }
