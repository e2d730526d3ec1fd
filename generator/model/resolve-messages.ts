import type { Problem } from '../load/problem.ts'
import type { SpecFile } from '../load/spec-file.ts'
import type { Field, Message } from './machine.ts'
import type { Protocol } from './model.ts'
import { pascalCase } from './names.ts'
import type { LimitLookup } from './resolve-limits.ts'
import type { LayoutField, MachineFields, MachineFile } from './spec-types.ts'
import type { ValueType } from './value-type.ts'
import { messageType, parseType, scalarType, unknownType } from './value-type.ts'

/** The messages of a machine, each with what its event carries and what its send takes. */
export function resolveMessages(
  protocol: Protocol,
  file: SpecFile<MachineFile>,
  limits: LimitLookup,
  problems: Problem[],
): readonly Message[] {
  return Object.entries(file.data.messages).map(([name, row]): Message => {
    const path = ['messages', name]
    const common = {
      name,
      sendOnly: row.sendOnly ?? false,
      from: row.from,
      to: row.to,
      what: row.what,
      req: row.req ?? [],
    }
    const absent = {
      equals: undefined,
      length: undefined,
      protoFile: undefined,
      typeName: undefined,
      layout: undefined,
    }
    const report = (key: string, message: string, fix: string): void => {
      problems.push({ ...file.positionOf([...path, key]), message, fix })
    }
    if (row.equals !== undefined)
      return { ...common, ...absent, kind: 'equals', equals: row.equals, fields: [], sendFields: [], parameters: [] }
    if (row.text !== undefined) {
      const fields = [{ name: row.text, type: scalarType('string') }]
      return { ...common, ...absent, kind: 'text', fields, sendFields: fields, parameters: fields }
    }
    if (row.bytes !== undefined) {
      const fields = [{ name: row.bytes, type: scalarType('bytes') }]
      const length = row.length === undefined ? undefined : limits.figure(row.length, [...path, 'length'])
      return { ...common, ...absent, kind: 'bytes', length, fields, sendFields: fields, parameters: fields }
    }
    if (row.proto !== undefined) {
      const [protoFile = '', typeName = ''] = row.proto.split('#')
      const proto = protocol.protos.find((one) => one.name === protoFile)
      if (proto === undefined)
        report('proto', `there is no ${protocol.folder}/${protoFile}`, 'Write the file, or correct its name.')
      else if (!new RegExp(`\\bmessage\\s+${typeName}\\b`).test(proto.text))
        report('proto', `${proto.path} has no message \`${typeName}\``, 'Correct the name behind #.')
      const fields = [{ name: 'message', type: messageType(typeName) }]
      return {
        ...common,
        ...absent,
        kind: 'proto',
        protoFile,
        typeName,
        fields,
        sendFields: fields,
        parameters: fields,
      }
    }
    if (row.layout !== undefined) {
      const layout = protocol.layout?.data.layouts[row.layout]
      if (layout === undefined)
        report(
          'layout',
          `${protocol.folder}/layout.yaml has no layout \`${row.layout}\``,
          'Add it there, or correct the name.',
        )
      const typeName = pascalCase(row.layout)
      return {
        ...common,
        ...absent,
        kind: 'layout',
        layout: row.layout,
        typeName,
        fields: [{ name: 'message', type: messageType(typeName) }],
        sendFields: [{ name: 'message', type: messageType(typeName) }],
        parameters: Object.entries(layout?.fields ?? {})
          .filter(([, field]) => hasValue(field))
          .map(([field, spec]) => ({ name: field, type: typeOfLayoutField(spec) })),
      }
    }
    const sendFields = resolveFields(row.sends ?? row.fields)
    return {
      ...common,
      ...absent,
      kind: 'manual',
      fields: resolveFields(row.fields),
      sendFields,
      parameters: sendFields,
    }
  })
}

export function resolveFields(fields: MachineFields | undefined): readonly Field[] {
  return Object.entries(fields ?? {}).map(([name, type]) => ({ name, type: parseType(type) }))
}

/** Counts and constants are the codec's own. */
function hasValue(field: LayoutField): boolean {
  return field.equals === undefined && field.counts === undefined
}

function typeOfLayoutField(field: LayoutField): ValueType {
  if (field.values !== undefined || field.flags !== undefined) return unknownType
  switch (field.type) {
    case 'u8':
    case 'u16':
    case 'u24':
    case 'u32':
      return scalarType('number')
    case 'u64':
      return scalarType('u64')
    case 'bytes':
      return scalarType('bytes')
    case 'text':
      return scalarType('string')
    case 'list': {
      const values = Object.values(field.of ?? {}).filter(hasValue)
      const [only] = values
      const item = values.length === 1 && only !== undefined ? typeOfLayoutField(only) : unknownType
      return { ...item, list: { atLeast: 0, atMost: undefined } }
    }
    case 'layout':
      return messageType(pascalCase(field.layout ?? ''))
    case 'uvarint':
      return unknownType
    default: {
      const missed: never = field.type
      throw new Error(`unreachable: ${String(missed)}`)
    }
  }
}
