import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** One requirement, with the place in the origin that says it. */
export interface Requirement {
  readonly id: string
  readonly protocol: string
  readonly level: string
  readonly stated: string
  readonly text: string
  readonly applies: readonly string[] | null
  /** Where the origin says it; null for a row that no text states. */
  readonly origin: Origin | null
  /** De-facto rows: what each implementation does. */
  readonly evidence: Readonly<Record<string, unknown>> | null
  readonly exception: { readonly reason: string; readonly why: string } | null
  readonly byConstruction: boolean
}

export interface Origin {
  readonly repository: string
  readonly commit: string
  readonly file: string
  readonly section: string
  readonly url: string
}

export type RequirementIndex = ReadonlyMap<string, Requirement>

export const specFolder = fileURLToPath(new URL('../../spec/', import.meta.url))

/** All requirements of the given protocols; a protocol without a requirements file has none. */
export function readRequirements(protocols: readonly string[], folder: string = specFolder): RequirementIndex {
  const index = new Map<string, Requirement>()
  for (const protocol of protocols) {
    const home = path.join(folder, 'protocols', protocol)
    const rows = readYaml(path.join(home, 'requirements.yaml'))
    if (rows === null) continue
    const sources = { ...sourcesOf(readYaml(path.join(home, 'machine.yaml'))), ...sourcesOf(rows) }
    for (const [id, row] of Object.entries(rows)) {
      if (id !== 'format' && id !== 'sources' && isRecord(row)) index.set(id, requirementOf(id, protocol, row, sources))
    }
  }
  return index
}

/** Protocols that the spec folder holds. */
export function specProtocols(folder: string = specFolder): readonly string[] {
  const home = path.join(folder, 'protocols')
  return existsSync(home)
    ? readdirSync(home, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : []
}

/** `libp2p/specs ping/README.md#protocol`. */
export function originLabel(requirement: Requirement): string {
  const { origin } = requirement
  if (origin !== null) return `${origin.repository} ${origin.file}#${origin.section}`
  if (requirement.evidence === null) return 'this project'
  return Object.entries(requirement.evidence)
    .map(([implementation, value]) => `${implementation}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

export function readYaml(file: string): Readonly<Record<string, unknown>> | null {
  if (!existsSync(file)) return null
  const value: unknown = parse(readFileSync(file, 'utf8'))
  return isRecord(value) ? value : null
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function requirementOf(
  id: string,
  protocol: string,
  row: Readonly<Record<string, unknown>>,
  sources: Readonly<Record<string, string>>,
): Requirement {
  const { exception } = row
  return {
    id,
    protocol,
    level: asText(row['level']),
    stated: asText(row['stated']),
    text: asText(row['text']),
    applies: Array.isArray(row['applies']) ? row['applies'].map(asText) : null,
    origin: originOf(asText(row['source']), sources),
    evidence: isRecord(row['evidence']) ? row['evidence'] : null,
    exception: isRecord(exception) ? { reason: asText(exception['reason']), why: asText(exception['why']) } : null,
    byConstruction: row['by'] === 'construction',
  }
}

function originOf(source: string, sources: Readonly<Record<string, string>>): Origin | null {
  const [alias = '', section = ''] = source.split('#', 2)
  const match = /^([^@]+)@([0-9a-f]+):(.+)$/.exec(sources[alias] ?? '')
  if (match === null) return null
  const [, repository = '', commit = '', file = ''] = match
  return {
    repository,
    commit,
    file,
    section,
    url: `https://github.com/${repository}/blob/${commit}/${file}#${section}`,
  }
}

function sourcesOf(file: Readonly<Record<string, unknown>> | null): Record<string, string> {
  const sources = file?.['sources']
  return isRecord(sources)
    ? Object.fromEntries(Object.entries(sources).map(([alias, document]) => [alias, asText(document)]))
    : {}
}
