// Generated from spec/interfaces/registrar.yaml sha256:388c40bcbe1e4a984765b0b568f2191eb89a13e5ac77d18feb713165c76b31e5
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. Which protocols this node answers, and who serves them. */
export const registrarRules = {
  'REG-LIST-1': { level: 'MUST', kind: 'semantics', about: 'Registrar.protocols', text: 'What is listed is what is answered, from the call on that adds or removes it.' },
  'REG-HANDLE-1': { level: 'MUST', kind: 'errors', about: 'Registrar.handle', text: 'A second handler for a protocol that has one is refused with an error.' },
  'REG-HANDLE-2': { level: 'MUST', kind: 'errors', about: 'Registrar.handle', text: 'A handler that throws or rejects has its stream reset; nobody else\'s stream is touched.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type RegistrarChecks<Subject> = { readonly [Rule in keyof typeof registrarRules]: (subject: Subject) => void | Promise<void> }
