import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parseDocument } from 'yaml'
import { MatrixError } from './matrix-error.ts'

/** `matrix.yaml`, whose shape schema/matrix.schema.json checks. */
export interface Matrix {
  readonly format: 'matrix/1'
  readonly transports: Readonly<Record<string, Transport>>
  readonly subjects: Readonly<Record<string, Subject>>
  readonly scenarios: Readonly<Record<string, Scenario>>
  readonly sets: Readonly<Record<string, NamedSet>>
}

export interface Transport {
  /** Whether security and a muxer are chosen on top of it. */
  readonly stacked: boolean
  /** How the contract spells it, where that differs. */
  readonly contract?: string
}

/** What a subject can do; a version may say otherwise. */
export interface Abilities {
  readonly transports: readonly string[]
  readonly dialOnly?: readonly string[]
  readonly listenOnly?: readonly string[]
  readonly security: readonly string[]
  readonly muxers: readonly string[]
  readonly scenarios: readonly string[]
  readonly spelling?: Spelling
}

export type Spelling = 'unified' | 'legacy'

export interface Subject extends Abilities {
  readonly about: string
  readonly versions: readonly Version[]
}

export interface Version extends Partial<Abilities> {
  readonly version?: string
  readonly peer?: string
  readonly image?: string
  readonly command?: readonly string[]
}

export interface Scenario {
  readonly about: string
  readonly seconds: number
  readonly environment?: Readonly<Record<string, string>>
  readonly dialer?: Readonly<Record<string, string>>
  readonly listener?: Readonly<Record<string, string>>
  /** What a second dialer is told instead, where there is one. */
  readonly next?: Readonly<Record<string, string>>
  readonly needs?: string
  readonly stacks?: readonly string[]
  readonly outcome?: 'works' | 'refused'
  readonly measures?: readonly string[]
  readonly fault?: Fault
}

export type Fault =
  | { readonly kind: 'loss'; readonly share: number }
  | { readonly kind: 'rate'; readonly kbit: number }
  | { readonly kind: 'kill'; readonly who: 'listener' | 'dialer'; readonly afterBytes: number }
  | { readonly kind: 'partition'; readonly afterBytes: number; readonly seconds: number }
  | { readonly kind: 'ipv6-only' }
  | { readonly kind: 'wrong-key' }

export interface NamedSet {
  readonly about: string
  readonly subjects?: readonly string[]
  readonly scenarios?: readonly string[]
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

export const matrixFile = fileURLToPath(new URL('../matrix.yaml', import.meta.url))

/** Reads and checks a matrix file. Throws `MatrixError` with every problem and where it stands. */
export function readMatrix(file: string = matrixFile): Matrix {
  return parseMatrix(readFileSync(file, 'utf8'), file)
}

export function parseMatrix(text: string, file: string): Matrix {
  const document = parseDocument(text)
  const problems: string[] = document.errors.map((error) => error.message)
  if (problems.length > 0) throw badMatrix(file, problems)
  const value: unknown = document.toJS()
  if (!isMatrix(value))
    throw badMatrix(
      file,
      (isMatrix.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message ?? 'is wrong'}`),
    )
  const loose = looseEnds(value)
  if (loose.length > 0) throw badMatrix(file, loose)
  return value
}

const schema: object = JSON.parse(readFileSync(new URL('schema/matrix.schema.json', import.meta.url), 'utf8')) // our own file
const isMatrix = new Ajv2020({ allErrors: true, strictRequired: false }).compile<Matrix>(schema)

function badMatrix(file: string, problems: readonly string[]): MatrixError {
  return new MatrixError('bad-matrix', `${file} is no matrix:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
}

/** Names that lead nowhere, which a schema cannot see. */
function looseEnds(matrix: Matrix): readonly string[] {
  const problems: string[] = []
  const known = (names: readonly string[] | undefined, there: object, where: string): void => {
    for (const name of names ?? [])
      if (!(name in there)) problems.push(`${where} names ${name}; there are ${Object.keys(there).join(', ')}`)
  }
  for (const [name, subject] of Object.entries(matrix.subjects)) {
    const where = `/subjects/${name}`
    const seen = new Set<string>()
    for (const one of [subject, ...subject.versions]) {
      known(one.transports, matrix.transports, `${where} transports`)
      known(one.dialOnly, matrix.transports, `${where} dialOnly`)
      known(one.listenOnly, matrix.transports, `${where} listenOnly`)
      known(one.scenarios, matrix.scenarios, `${where} scenarios`)
    }
    for (const { version = '', peer, image, command } of subject.versions) {
      if (seen.has(version)) problems.push(`${where} has the version "${version}" twice`)
      seen.add(version)
      if (peer === undefined && image === undefined && command === undefined)
        problems.push(`${where} version "${version}" says neither peer nor image nor command: nothing could be run`)
    }
    if (subject.versions.length > 1 && seen.has(''))
      problems.push(`${where} has several versions, one of them without a name`)
  }
  for (const [name, scenario] of Object.entries(matrix.scenarios))
    known(scenario.needs === undefined ? [] : [scenario.needs], matrix.scenarios, `/scenarios/${name} needs`)
  for (const [name, set] of Object.entries(matrix.sets)) {
    known(set.scenarios, matrix.scenarios, `/sets/${name} scenarios`)
    const subjects = Object.fromEntries(
      Object.entries(matrix.subjects).flatMap(([subject, { versions }]) =>
        [subject, ...versions.map(({ version }) => subjectLabel(subject, version))].map((label) => [label, true]),
      ),
    )
    known(set.subjects, subjects, `/sets/${name} subjects`)
  }
  return problems
}

/** `go@0.51`; the name alone where there is no version to tell. */
export function subjectLabel(name: string, version: string | undefined): string {
  return version === undefined ? name : `${name}@${version}`
}
