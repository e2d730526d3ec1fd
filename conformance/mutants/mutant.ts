import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SubjectInfo } from '../events.ts'
import { modes } from '../report/outcome.ts'
import { asText, readYaml } from '../report/requirement-index.ts'
import { applyMutant, MutantError, type SourceChange } from './apply-mutant.ts'

/** One seeded bug: a change of one place of the runtime's source, and the cases that must notice it. */
export interface Mutant extends SourceChange {
  readonly protocol: string
  readonly requirement: string
  /** What is now wrong, in one line. */
  readonly what: string
  /** Case ids or patterns. */
  readonly kills: readonly string[]
  /** Whether the suite dials the mutant, is dialled by it, or dials it and tells its application what to do. */
  readonly mode: SubjectInfo['mode']
  /** The node is in a private network, and so is the suite. */
  readonly network: boolean
  /** Further words of the node's command line. */
  readonly options: readonly string[]
}

export const mutantsFolder = fileURLToPath(new URL('./', import.meta.url))
const projectFolder = fileURLToPath(new URL('../../', import.meta.url))
const keys = new Set([
  'format',
  'id',
  'requirement',
  'what',
  'file',
  'after',
  'find',
  'replace',
  'kills',
  'mode',
  'network',
  'options',
])

/** All mutants, one YAML file each, in `<protocol>/<id>.yaml`. Throws where a file is wrong or its change does not fit the source. */
export function readMutants(folder: string = mutantsFolder, project: string = projectFolder): readonly Mutant[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .sort()
  return files.map((file) => readMutant(path.join(folder, file), project))
}

export function readMutant(file: string, project: string = projectFolder): Mutant {
  const row = readYaml(file)
  const wrong = (message: string): MutantError => new MutantError(`${file}: ${message}`)
  if (row === null || row['format'] !== 'mutant/1') throw wrong('expected "format: mutant/1"')
  const unknown = Object.keys(row).find((key) => !keys.has(key))
  if (unknown !== undefined) throw wrong(`unknown key "${unknown}"`)
  for (const key of ['id', 'requirement', 'what', 'file', 'find'])
    if (asText(row[key]) === '') throw wrong(`"${key}" is missing`)
  const id = asText(row['id'])
  if (path.basename(file, '.yaml') !== id) throw wrong(`its id is ${id}: name the file ${id}.yaml`)
  const kills = Array.isArray(row['kills']) ? row['kills'].map(asText).filter((pattern) => pattern !== '') : []
  if (kills.length === 0) throw wrong('"kills" must name a case that notices it')
  const protocol = path.basename(path.dirname(file))
  const mutant: Mutant = {
    id: `${protocol}/${id}`,
    protocol,
    requirement: asText(row['requirement']),
    what: asText(row['what']),
    file: asText(row['file']),
    after: Array.isArray(row['after']) ? row['after'].map(asText) : [],
    find: asText(row['find']),
    replace: asText(row['replace']),
    kills,
    mode: modes.find((mode) => mode === row['mode']) ?? 'listener',
    network: row['network'] === true,
    options: Array.isArray(row['options']) ? row['options'].map(asText) : [],
  }
  const source = path.join(project, mutant.file)
  if (!existsSync(source)) throw wrong(`${mutant.file} does not exist`)
  applyMutant(readFileSync(source, 'utf8'), mutant)
  return mutant
}

/** So many of every protocol, spread over all that it has: a slice that is the same each time. */
export function someOfEach(mutants: readonly Mutant[], count: number): readonly Mutant[] {
  return [...Map.groupBy(mutants, ({ protocol }) => protocol).values()].flatMap((own) => {
    const taken = Math.min(count, own.length)
    const places = new Set(
      Array.from({ length: taken }, (_, index) => Math.floor(((index + 0.5) * own.length) / taken)),
    )
    return own.filter((_, index) => places.has(index))
  })
}

/** What the load hook is told. */
export interface LoadOrder extends SourceChange {
  readonly url: string
  /** A file that the hook makes once it has changed the source. */
  readonly mark: string
}
