import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { compile } from 'json-schema-to-typescript'
import type { JSONSchema } from 'json-schema-to-typescript'
import { compareText } from '../load/problem.ts'
import { projectRoot } from '../load/project-root.ts'

const typesPath = join(projectRoot, 'generator', 'model', 'spec-types.ts')

/** What the names of a format's pieces begin with: `row` of the machine format is `MachineRow`. */
const prefixes: Readonly<Record<string, string>> = {
  interface: 'Interface',
  layout: 'Layout',
  limits: '',
  machine: 'Machine',
  record: 'Record',
  requirements: '',
  shared: 'Spec',
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The types of all spec formats, from their schemas: one set of names, the same bytes for the same schemas. */
export async function renderSpecTypes(): Promise<string> {
  const folder = join(projectRoot, 'spec', 'schemas')
  const definitions: Record<string, Json> = {}
  const properties: Record<string, Json> = {}
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.schema.json'))
    .sort(compareText)) {
    const format = basename(file, '.schema.json')
    // JSON.parse gives nothing but Json.
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { readonly [key: string]: Json }
    const { $defs, title } = schema
    const body = Object.fromEntries(
      Object.entries(schema).filter(([key]) => !['$defs', '$schema', '$id', 'title'].includes(key)),
    )
    for (const [name, piece] of entries($defs)) definitions[typeName(format, name)] = simplify(piece, format)
    if (body['type'] === undefined || typeof title !== 'string') continue
    definitions[title] = simplify(body, format)
    properties[format] = { $ref: `#/$defs/${title}` }
  }
  const root = {
    title: 'SpecFiles',
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
    $defs: definitions,
  }
  // The root is a schema by its construction above.
  const text = await compile(root as unknown as JSONSchema, 'SpecFiles', {
    bannerComment: '',
    additionalProperties: false,
    style: { semi: false, singleQuote: true, printWidth: 120 },
  })
  return `// Generated from spec/schemas/ by generator/model/write-spec-types.ts. Do not edit.\n\n${text}`
}

/** Leaves what makes a type: references by name, no conditions, no patterns. */
function simplify(schema: Json, format: string): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => simplify(item, format))
  if (schema === null || typeof schema !== 'object') return schema
  const node = schema as { readonly [key: string]: Json }
  const ref = node['$ref']
  if (typeof ref === 'string') {
    const [file, name] = ref.split('#/$defs/')
    return { $ref: `#/$defs/${typeName(file === '' ? format : basename(file ?? '', '.schema.json'), name ?? '')}` }
  }
  const dropped = ['allOf', 'dependentRequired', 'propertyNames', 'pattern', 'minProperties']
  // A list of a fixed length is a tuple; any other count is checked by the schema alone.
  if (node['minItems'] !== node['maxItems']) dropped.push('minItems', 'maxItems')
  const kept = entries(node).filter(([key]) => !dropped.includes(key))
  return Object.fromEntries(
    kept
      .filter(
        ([key, value]) =>
          !(
            (key === 'oneOf' || key === 'anyOf') &&
            Array.isArray(value) &&
            value.every((choice: Json) => isCondition(choice))
          ),
      )
      .map(([key, value]) => [key, simplify(value, format)]),
  )
}

function isCondition(choice: Json): boolean {
  return Object.keys(choice ?? {}).join() === 'required'
}

function typeName(format: string, name: string): string {
  return `${prefixes[format] ?? ''}${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

function entries(value: Json | undefined): readonly [string, Json][] {
  return value !== null && typeof value === 'object' ? Object.entries(value) : []
}

if (process.argv[1] === import.meta.filename) writeFileSync(typesPath, await renderSpecTypes())
