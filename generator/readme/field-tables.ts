import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../load/project-root.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Schema = { readonly [key: string]: Json }

/** Markdown tables of the fields of one format: its file first, then each piece that has fields of its own. */
export function fieldTables(format: string): string {
  const schema = readSchema(format)
  const tables = [
    table('The file', schema),
    ...Object.entries(asSchema(schema['$defs'])).map(([name, piece]) => table(heading(name), asSchema(piece))),
  ]
  return tables.filter((text) => text !== '').join('\n')
}

function table(title: string, schema: Schema): string {
  const properties = Object.entries(asSchema(schema['properties']))
  const patterns = Object.entries(asSchema(schema['patternProperties'])).map(
    ([pattern, value]) => [`\`${pattern}\``, value] as const,
  )
  if (properties.length + patterns.length === 0) return ''
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  const rows = [
    ...properties.map(([name, value]) => row(`\`${name}\`${required.has(name) ? ' *' : ''}`, asSchema(value))),
    ...patterns.map(([name, value]) => row(name, asSchema(value))),
  ]
  const nested = properties.flatMap(([name, value]) => {
    const inner = innerSchema(asSchema(value))
    return inner === undefined ? [] : [table(`${title === 'The file' ? '' : `${title}: `}\`${name}\``, inner)]
  })
  return [
    `**${title}**\n\n| key | value | meaning |\n|---|---|---|\n${rows.join('\n')}\n`,
    ...nested.filter((text) => text !== ''),
  ].join('\n')
}

/** An object with fields that is written in place: itself, or what a map or list of it holds. */
function innerSchema(schema: Schema): Schema | undefined {
  if (schema['properties'] !== undefined) return schema
  const items = schema['additionalProperties'] ?? schema['items']
  return typeof items === 'object' && items !== null ? innerSchema(asSchema(items)) : undefined
}

function row(name: string, schema: Schema): string {
  return `| ${name} | ${cell(kind(schema))} | ${cell(meaning(schema))} |`
}

function kind(schema: Schema): string {
  const { $ref, type } = schema
  if (schema['const'] !== undefined) return `\`${String(schema['const'])}\``
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value: Json) => `\`${String(value)}\``).join(' ')
  if (typeof $ref === 'string') return heading($ref.split('/').at(-1) ?? '')
  const choices = schema['oneOf'] ?? schema['anyOf']
  if (Array.isArray(choices)) return choices.map((choice: Json) => kind(asSchema(choice))).join(' or ')
  if (type === 'array') return `list of ${schema['items'] === undefined ? 'anything' : kind(asSchema(schema['items']))}`
  if (type === 'object') {
    const values = schema['additionalProperties']
    return typeof values === 'object' && values !== null && !Array.isArray(values)
      ? `map of ${kind(asSchema(values))}`
      : 'map'
  }
  if (Array.isArray(type)) return type.join(' or ')
  return type === 'string' ? 'text' : String(type ?? 'anything')
}

function meaning(schema: Schema): string {
  if (typeof schema['description'] === 'string') return schema['description']
  const { $ref } = schema
  if (typeof $ref !== 'string') return ''
  const [file = '', name = ''] = $ref.split('#/$defs/')
  if (file === '') return ''
  return meaning(asSchema(asSchema(readSchema(file.replace('.schema.json', ''))['$defs'])[name]))
}

function heading(name: string): string {
  return name.replaceAll(/([A-Z])/g, ' $1').toLowerCase()
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function readSchema(format: string): Schema {
  // Our own files, which ajv compiles whenever a spec is read.
  return JSON.parse(readFileSync(join(projectRoot, 'spec', 'schemas', `${format}.schema.json`), 'utf8')) as Schema
}

function asSchema(value: Json | undefined): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {}
}
