import { SpecFailure } from '../../load/problem.ts'
import type { SpecText } from '../../model/model.ts'
import type { DescriptorField, DescriptorNode } from './parse-proto.ts'

/** A .proto as the codec emitter wants it: names resolved, presence decided. */
export interface ProtoSchema {
  readonly messages: readonly ProtoMessage[]
  readonly enums: readonly ProtoEnum[]
}

export interface ProtoMessage {
  readonly name: string
  readonly what: string
  /** Unknown fields are kept and written back. */
  readonly keepsUnknown: boolean
  /** By ascending number. */
  readonly fields: readonly ProtoField[]
}

export interface ProtoEnum {
  readonly name: string
  readonly what: string
  readonly values: readonly { readonly name: string; readonly number: number; readonly what: string }[]
}

/** required: must be there; optional: has presence; implicit: proto3 without presence, absent means the default. */
export type Presence = 'required' | 'optional' | 'implicit' | 'repeated'

export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: Scalar }
  | { readonly kind: 'enum'; readonly name: string }
  | { readonly kind: 'message'; readonly name: string }

export interface ProtoField {
  /** As users write it: camel case. */
  readonly name: string
  /** As the .proto writes it. */
  readonly protoName: string
  readonly id: number
  readonly what: string
  readonly type: FieldType
  readonly presence: Presence
  /** Written as one packed list. */
  readonly packed: boolean
  /** Other members of its oneof. */
  readonly rivals: readonly string[]
}

export const scalars = [
  'double',
  'float',
  'int32',
  'uint32',
  'sint32',
  'fixed32',
  'sfixed32',
  'int64',
  'uint64',
  'sint64',
  'fixed64',
  'sfixed64',
  'bool',
  'string',
  'bytes',
] as const
export type Scalar = (typeof scalars)[number]

interface Declared {
  readonly name: string
  readonly path: readonly string[]
  readonly node: DescriptorNode
}

/** Resolves names and presence; throws a SpecFailure for what the codecs do not support. */
export function protoSchema(file: SpecText, root: DescriptorNode): ProtoSchema {
  const declared: { path: readonly string[]; node: DescriptorNode }[] = []
  walk(root, [], (path, node) => declared.push({ path, node }))
  const unique = (name: string) => declared.filter(({ path }) => path.at(-1) === name).length === 1
  const types: Declared[] = declared.map(({ path, node }) => {
    const last = path.at(-1) ?? ''
    return { path, node, name: unique(last) ? pascal(last) : path.slice(packageDepth(root, path)).map(pascal).join('') }
  })
  const messages = types.filter(({ node }) => node.fields !== undefined)
  const enums = types.filter(({ node }) => node.values !== undefined)
  return {
    messages: messages.map((type) => message(file, type, types)),
    enums: enums.map(({ name, node }) => ({
      name,
      what: sentence(node.comment),
      values: Object.entries(node.values ?? {}).map(([valueName, number]) => ({
        name: valueName,
        number,
        what: sentence(node.comments?.[valueName]),
      })),
    })),
  }
}

function walk(
  node: DescriptorNode,
  path: readonly string[],
  found: (path: readonly string[], node: DescriptorNode) => void,
): void {
  for (const [name, child] of Object.entries(node.nested ?? {})) {
    if (child.fields !== undefined || child.values !== undefined) found([...path, name], child)
    walk(child, [...path, name], found)
  }
}

/** How many leading names of a path are packages. */
function packageDepth(root: DescriptorNode, path: readonly string[]): number {
  let node: DescriptorNode | undefined = root
  for (const [depth, name] of path.entries()) {
    node = node?.nested?.[name]
    if (node?.fields !== undefined || node?.values !== undefined) return depth
  }
  return path.length - 1
}

function message(file: SpecText, { name, path, node }: Declared, types: readonly Declared[]): ProtoMessage {
  if (node.extensions !== undefined || node.group === true)
    throw unsupported(file, path.at(-1) ?? name, 'extensions and groups', 'Write an ordinary message field.')
  const comment = node.comment ?? ''
  const fields = Object.entries(node.fields ?? {})
    .map(([protoName, field]) => protoField(file, node, path, protoName, field, types))
    .sort((a, b) => a.id - b.id)
  return { name, what: sentence(comment), keepsUnknown: /^\s*unknown: keep\s*$/m.test(comment), fields }
}

function protoField(
  file: SpecText,
  owner: DescriptorNode,
  path: readonly string[],
  protoName: string,
  field: DescriptorField,
  types: readonly Declared[],
): ProtoField {
  if (field.keyType !== undefined)
    throw unsupported(
      file,
      protoName,
      'map fields',
      'Write `repeated` of a message with key and value: the same bytes.',
    )
  const type = fieldType(file, path, protoName, field.type, types)
  const proto2 = owner.edition === 'proto2'
  const oneof = Object.values(owner.oneofs ?? {}).find(({ oneof }) => oneof.includes(protoName))
  const packable =
    type.kind === 'enum' || (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes')
  const presence: Presence =
    field.rule ?? (proto2 || oneof !== undefined || type.kind === 'message' ? 'optional' : 'implicit')
  const fallback = field.options?.['default']
  return {
    name: camel(protoName),
    protoName,
    id: field.id,
    what: [sentence(field.comment), fallback === undefined ? '' : `Absent means ${JSON.stringify(fallback)}.`]
      .filter(Boolean)
      .join(' '),
    type,
    presence,
    packed: field.rule === 'repeated' && packable && (field.options?.['packed'] ?? !proto2) === true,
    rivals: (oneof?.oneof ?? []).filter((rival) => rival !== protoName).map(camel),
  }
}

/** Names resolve from the innermost scope outwards. */
function fieldType(
  file: SpecText,
  path: readonly string[],
  field: string,
  name: string,
  types: readonly Declared[],
): FieldType {
  const scalar = scalars.find((one) => one === name)
  if (scalar !== undefined) return { kind: 'scalar', scalar }
  const wanted = name.replace(/^\./, '')
  for (let depth = path.length; depth >= 0; depth--) {
    const full = [...path.slice(0, depth), wanted].join('.')
    const type = types.find(({ path }) => path.join('.') === full)
    if (type !== undefined) return { kind: type.node.values === undefined ? 'message' : 'enum', name: type.name }
  }
  throw unsupported(file, field, `the type ${name}`, 'Declare it in this file: files do not import each other.')
}

function unsupported(file: SpecText, near: string, what: string, fix: string): SpecFailure {
  const line = file.text.split('\n').findIndex((text) => new RegExp(`\\b${near}\\b`).test(text)) + 1
  return new SpecFailure([
    {
      file: file.path,
      line: Math.max(line, 1),
      column: 1,
      message: `${what} (at \`${near}\`) are not supported by the codecs`,
      fix,
    },
  ])
}

/** A comment as one line, without directives. */
function sentence(comment: string | null | undefined): string {
  return (comment ?? '')
    .split('\n')
    .filter((line) => !/^\s*unknown: \w+\s*$/.test(line))
    .join(' ')
    .replace(/\s+/g, ' ')
    .replaceAll('*/', '* /')
    .trim()
}

function camel(name: string): string {
  const joined = name.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return joined.charAt(0).toLowerCase() + joined.slice(1)
}

function pascal(name: string): string {
  const joined = camel(name)
  return joined.charAt(0).toUpperCase() + joined.slice(1)
}
