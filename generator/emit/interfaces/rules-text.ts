import type { SpecFile } from '../../load/spec-file.ts'
import { camelCase, pascalCase } from '../../model/names.ts'
import type { InterfaceFile } from '../../model/spec-types.ts'

/** One interfaces/<name>.rules.ts: the rules as data, and the type of a suite that has a check for each of them. */
export function rulesText({ data }: SpecFile<InterfaceFile>, header: string): string {
  const name = camelCase(data.id)
  const rows = Object.entries(data.rules ?? {}).map(([id, { level, kind, about, text }]) => {
    const values = { level, kind: kind ?? null, about: about ?? null, text }
    return `  '${id}': { ${Object.entries(values)
      .map(([key, value]) => `${key}: ${quoted(value)}`)
      .join(', ')} },\n`
  })
  return (
    `${header}\n/** What every implementation keeps. ${data.what} */\nexport const ${name}Rules = {\n${rows.join('')}} as const\n` +
    `\n/** A compliance suite: one check for each rule, which throws where the subject breaks it. */\n` +
    `export type ${pascalCase(data.id)}Checks<Subject> = { readonly [Rule in keyof typeof ${name}Rules]: (subject: Subject) => void | Promise<void> }\n`
  )
}

function quoted(value: string | null): string {
  return value === null ? 'null' : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
