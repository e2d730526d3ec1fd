import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { Problem } from './problem.ts'
import { compareText } from './problem.ts'
import { projectRoot } from './project-root.ts'
import type { SpecFile, YamlPath } from './spec-file.ts'
import { nearestName } from './nearest-name.ts'

export type Format =
  'machine' | 'layout' | 'interface' | 'record' | 'requirements' | 'vectors' | 'limits' | 'errors' | 'framings' | 'lock'

/** Checks a file against the schema of its format: no problem, or every problem with its place. */
export function validate(file: SpecFile<unknown>, format: Format): readonly Problem[] {
  const check = validatorOf(format)
  if (check(file.data)) return []
  const problems = new Map<string, Problem>()
  for (const error of telling(check.errors ?? [])) {
    const { path, message, fix } = describe(error)
    const problem = { ...file.positionOf(path), message, fix }
    problems.set(`${problem.line}:${problem.column}:${message}`, problem)
  }
  return [...problems.values()]
}

let ajv: Ajv2020 | undefined

function validatorOf(format: Format): ValidateFunction {
  ajv ??= createAjv()
  const check = ajv.getSchema(`https://p2pspec.dev/schemas/${format}.schema.json`)
  if (check === undefined) throw new Error(`spec/schemas/${format}.schema.json is missing`)
  return check
}

function createAjv(): Ajv2020 {
  const folder = join(projectRoot, 'spec', 'schemas')
  const schemas = readdirSync(folder)
    .filter((name) => name.endsWith('.schema.json'))
    .map((name): object => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  return new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    schemas,
  })
}

/**
 * A failed choice (oneOf, anyOf, if) reports every branch. Those that got furthest into the value say what is wrong;
 * a choice itself is told only where nothing below it is.
 */
function telling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const wrappers = new Set(['oneOf', 'anyOf', 'if', 'not', 'propertyNames', 'allOf'])
  const plain = errors.filter((error) => !wrappers.has(error.keyword) || error.keyword === 'not')
  const chosen = plain.length > 0 ? plain : errors
  const choices = errors.filter((error) => error.keyword === 'oneOf' || error.keyword === 'anyOf')
  return chosen
    .filter(
      (error) =>
        !choices.some(
          (choice) => isBranchOf(error, choice) && error.instancePath === choice.instancePath && deeper(errors, choice),
        ),
    )
    .sort((a, b) => compareText(a.instancePath, b.instancePath))
}

function isBranchOf(error: ErrorObject, choice: ErrorObject): boolean {
  return error !== choice && error.schemaPath.startsWith(choice.schemaPath)
}

function deeper(errors: readonly ErrorObject[], choice: ErrorObject): boolean {
  return errors.some((error) => isBranchOf(error, choice) && error.instancePath.length > choice.instancePath.length)
}

function describe(error: ErrorObject): { readonly path: YamlPath; readonly message: string; readonly fix: string } {
  const path = pointerToPath(error.instancePath)
  const about = describeSchema(error.parentSchema)
  const name = path.length === 0 ? 'the file' : `\`${String(path.at(-1))}\``
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(error.params['additionalProperty'] ?? error.params['unevaluatedProperty'])
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {})
      return {
        path: [...path, key],
        message: `unknown key \`${key}\``,
        fix: known.length === 0 ? `Keys here: ${about}` : `${nearestName(key, known)}Keys here: ${known.join(', ')}.`,
      }
    }
    case 'required':
      return {
        path,
        message: `${name} lacks \`${String(error.params['missingProperty'])}\``,
        fix: `Add \`${String(error.params['missingProperty'])}\`.`,
      }
    case 'enum': {
      const allowed = (error.params['allowedValues'] as readonly unknown[]).map(String)
      return {
        path,
        message: `${show(error.data)} is not allowed here`,
        fix: `${nearestName(String(error.data), allowed)}One of: ${allowed.join(', ')}.`,
      }
    }
    case 'const':
      return { path, message: `${name} is ${show(error.data)}`, fix: `Write ${show(error.params['allowedValue'])}.` }
    case 'type':
      return {
        path,
        message: `${name} is ${kindOf(error.data)}, not ${wantedKind(error.params['type'])}`,
        fix: typeFix(error, about),
      }
    case 'oneOf':
    case 'anyOf': {
      const keys = choiceKeys(error.schema)
      if (keys.length === 0) break
      return {
        path,
        message: `${name} must say exactly one of ${keys.join(', ')}`,
        fix: about === '' ? 'Keep one of them.' : about,
      }
    }
    case 'pattern': {
      const text = error.propertyName ?? String(error.data)
      const at = error.propertyName === undefined ? path : [...path, error.propertyName]
      return {
        path: at,
        message: `\`${text}\` is not written as it must be`,
        fix: `${about === '' ? '' : `${about} `}Pattern: ${String(error.params['pattern'])}`,
      }
    }
    default:
  }
  const at = error.propertyName === undefined ? path : [...path, error.propertyName]
  return {
    path: at,
    message: `${name} ${error.message ?? 'is wrong'}`,
    fix: about === '' ? 'See spec/README.md for the format.' : about,
  }
}

/** The keys of a choice whose branches each ask for keys alone. */
function choiceKeys(schema: unknown): readonly string[] {
  if (!Array.isArray(schema)) return []
  const branches = schema.map((branch: { readonly required?: readonly string[] }) => branch.required?.join(' with '))
  return branches.every((branch) => branch !== undefined) ? branches : []
}

/** YAML reads 1.0 and 0123 as numbers. */
function typeFix(error: ErrorObject, about: string): string {
  if (error.params['type'] === 'string' && typeof error.data !== 'object')
    return `Put it in quotes: YAML reads it as a ${typeof error.data}.${about === '' ? '' : ` ${about}`}`
  return about === '' ? 'Correct the value.' : about
}

function wantedKind(type: unknown): string {
  const names: Readonly<Record<string, string>> = {
    object: 'a map',
    array: 'a list',
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  }
  return (Array.isArray(type) ? type : [type]).map((one) => names[String(one)] ?? String(one)).join(' or ')
}

function describeSchema(schema: object | undefined): string {
  const text = schema === undefined ? undefined : (schema as { readonly description?: unknown }).description
  return typeof text === 'string' ? text : ''
}

function pointerToPath(pointer: string): YamlPath {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return `a ${typeof value}`
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
