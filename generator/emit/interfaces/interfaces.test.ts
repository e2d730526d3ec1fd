import t from 'tap'
import { SpecFailure } from '../../load/problem.ts'
import { parseYaml } from '../../load/spec-file.ts'
import type { SpecFile } from '../../load/spec-file.ts'
import { validate } from '../../load/validate.ts'
import type { InterfaceFile } from '../../model/spec-types.ts'
import { interfaceText } from './interface-text.ts'
import { rulesText } from './rules-text.ts'

const source = `
format: interface/1
id: record-store
code: STO
version: 1.0.0
what: Keeps records.
imports: { ./stream: [AbortOptions], "@multiformats/multiaddr": [Multiaddr] }
declares:
  Key: { what: What a record is found by., alias: string }
  Events: { events: { record-added: { what: A new one., type: "{ readonly key: Key }" } } }
  Store:
    what: A place for records.
    parameters: [T]
    extends: [AbortOptions]
    members:
      size: { type: number, mutable: true }
      place: { type: Multiaddr, optional: true }
      get:
        what: Finds a record.
        arguments: { key: Key, "options?": AbortOptions }
        returns: Promise<T | undefined>
        errors: [closed]
        rules: [STO-GET-1]
      flush: { returns: void, optional: true }
rules:
  STO-GET-1: { level: MUST, kind: cancellation, about: Store.get, text: "It can't go on after an abort." }
`

t.test('writes the contract with every name, type and sentence of the spec', async (t) => {
  t.equal(
    interfaceText(parsed(source), '// head\n'),
    `// head
import type { AbortOptions } from './stream.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What a record is found by. */
export type Key = string

export interface Events {
  /** A new one. */
  readonly 'record-added': { readonly key: Key }
}

/** A place for records. */
export interface Store<T> extends AbortOptions {
  size: number
  readonly place?: Multiaddr | undefined
  /**
   * Finds a record.
   * Fails with \`closed\`.
   * - STO-GET-1: It can't go on after an abort.
   */
  get(key: Key, options?: AbortOptions): Promise<T | undefined>
  flush?(): void
}
`,
  )
})

t.test('writes the rules as data, and the type of a suite that has a check for each', async (t) => {
  t.equal(
    rulesText(parsed(source), '// head\n'),
    `// head

/** What every implementation keeps. Keeps records. */
export const recordStoreRules = {
  'STO-GET-1': { level: 'MUST', kind: 'cancellation', about: 'Store.get', text: 'It can\\'t go on after an abort.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type RecordStoreChecks<Subject> = { readonly [Rule in keyof typeof recordStoreRules]: (subject: Subject) => void | Promise<void> }
`,
  )
})

t.test('complains of a rule that is missing, about nothing, or under another code, with its line', async (t) => {
  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['rules: [STO-GET-1]', 'rules: [STO-GET-2]', /no rule `STO-GET-2`/],
    ['about: Store.get', 'about: Store.put', /`Store.put` does not exist/],
    ['code: STO', 'code: REC', /does not begin with REC-/],
  ]
  for (const [find, replace, message] of faults) {
    try {
      interfaceText(parsed(source.replace(find, replace)), '')
      t.fail(`${replace} was taken`)
    } catch (error) {
      const [problem] = error instanceof SpecFailure ? error.problems : []
      t.match(problem?.message, message)
      t.ok((problem?.line ?? 0) > 20, `at line ${problem?.line}`)
    }
  }
})

function parsed(yaml: string): SpecFile<InterfaceFile> {
  const { file, problems } = parseYaml('spec/interfaces/record-store.yaml', new TextEncoder().encode(yaml))
  const found = [...problems, ...validate(file, 'interface')]
  if (found.length > 0) throw new Error(JSON.stringify(found))
  return file as SpecFile<InterfaceFile> // the schema has accepted it
}
