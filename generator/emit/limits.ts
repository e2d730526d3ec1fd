import type { SpecFile } from '../load/spec-file.ts'
import { compareText } from '../load/problem.ts'
import type { Limit, LimitsFile } from '../model/spec-types.ts'
import { camelCase } from '../model/names.ts'
import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import type { Source } from './header.ts'
import { fileHeader, limitsSource } from './header.ts'

/** limits.ts of every protocol and record that has a table of limits, and the whole table in common/limits.ts. */
export const limitsEmitter: Emitter = {
  name: 'limits',
  emit({ model, protocols, whole }: EmitContext): readonly EmittedFile[] {
    const file = model.limits
    if (file === undefined) return []
    const owners = [
      ...protocols.map(({ name }) => ({ name, folder: `protocols/${name}` })),
      ...(whole ? model.records : []).map(({ name }) => ({ name, folder: `records/${name}` })),
    ]
    const files = owners.flatMap(({ name, folder }): EmittedFile[] => {
      const table = file.data.limits[name]
      return table === undefined
        ? []
        : [{ path: `${folder}/limits.ts`, text: ownerText(limitsSource(model, name), table) }]
    })
    return whole ? [...files, { path: 'common/limits.ts', text: wholeText(file) }] : files
  },
}

function ownerText(sources: readonly Source[], table: Readonly<Record<string, Limit>>): string {
  const rows = Object.entries(table).map(
    ([name, limit]) => `\n/** ${sentence(limit)} */\nexport const ${name} = ${limit.value}\n`,
  )
  return fileHeader('//', sources) + rows.join('')
}

function wholeText(file: SpecFile<LimitsFile>): string {
  const tables = Object.entries(file.data.limits)
    .sort(([a], [b]) => compareText(a, b))
    .map(([owner, table]) => {
      const rows = Object.entries(table).map(
        ([name, limit]) => `    /** ${sentence(limit)} */\n    ${name}: ${limit.value},\n`,
      )
      return `  ${camelCase(owner)}: {\n${rows.join('')}  },\n`
    })
  return `${fileHeader('//', [file])}\n/** Every limit and time-out, by protocol or layer. */\nexport const limits = {\n${tables.join('')}} as const\n`
}

/** Why it is so, its unit, and what others use. */
function sentence({ why, unit, go, rust, js }: Limit): string {
  const figure = (value: Limit['go']): string => (value === null || value === undefined ? 'none' : String(value))
  const others =
    go === undefined && rust === undefined && js === undefined
      ? ''
      : ` go ${figure(go)}, rust ${figure(rust)}, js ${figure(js)}.`
  return `${why.replaceAll('*/', '* /')} In ${unit}.${others}`
}
