import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Level, Stated } from './verdict.ts'
import { YamlReader } from './yaml-reader.ts'

export interface RequirementRow {
  readonly id: string
  readonly level: Level
  readonly stated: Stated
  readonly text: string
}

const LEVELS = ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY'] as const
const STATED = ['keyword', 'prose', 'de-facto', 'project'] as const

/** The rows of a protocol's requirements by id; none where it has no such file. */
export function readRequirements(file: string): ReadonlyMap<string, RequirementRow> {
  const rows = new Map<string, RequirementRow>()
  if (!existsSync(file)) return rows
  const root = new YamlReader(parse(readFileSync(file, 'utf8')), file)
  for (const id of Object.keys(root.record())) {
    if (id === 'format' || id === 'sources') continue
    const row = root.get(id)
    rows.set(id, {
      id,
      level: row.get('level').oneOf(LEVELS),
      stated: row.get('stated').oneOf(STATED),
      text: row.get('text').text(),
    })
  }
  return rows
}

/** The row that binds most: what the origin says with its own weight before what is only done, and MUST before SHOULD. */
export function strongest(ids: readonly string[], rows: ReadonlyMap<string, RequirementRow>): RequirementRow | null {
  const weight = ({ level, stated }: RequirementRow): number => {
    const binding = level.startsWith('MUST') ? 2 : level.startsWith('SHOULD') ? 1 : 0
    const origin = stated === 'keyword' || stated === 'prose' ? 2 : stated === 'de-facto' ? 1 : 0
    return origin * 3 + binding
  }
  const found = ids.flatMap((id) => rows.get(id) ?? [])
  return found.reduce<RequirementRow | null>(
    (most, row) => (most === null || weight(row) > weight(most) ? row : most),
    null,
  )
}
