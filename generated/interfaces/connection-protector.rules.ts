// Generated from spec/interfaces/connection-protector.yaml sha256:b073645a6a6bbb531f2f720459a198b8f032a6d52a9e49244c6bfc067bb4b696
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. Keeps a node within a private network. */
export const connectionProtectorRules = {
  'PROT-CLEAR-1': { level: 'MUST', kind: 'semantics', about: 'ConnectionProtector.protect', text: 'Nothing that is written to the protected channel can be read on the raw one without the key.' },
  'PROT-OTHER-1': { level: 'MUST', kind: 'errors', about: 'ConnectionProtector.protect', text: 'A remote without the key, or with another one, is told nothing, and the protected channel fails with an error that says so.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type ConnectionProtectorChecks<Subject> = { readonly [Rule in keyof typeof connectionProtectorRules]: (subject: Subject) => void | Promise<void> }
