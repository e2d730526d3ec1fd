import type {
  InterfaceDeclarationStructure,
  MethodSignatureStructure,
  PropertySignatureStructure,
  StatementStructures,
  TypeAliasDeclarationStructure,
} from 'ts-morph'
import { IndentationText, Project, QuoteKind, StructureKind } from 'ts-morph'
import { SpecFailure } from '../../load/problem.ts'
import type { SpecFile } from '../../load/spec-file.ts'
import type { InterfaceDeclaration, InterfaceFile, InterfaceMember } from '../../model/spec-types.ts'

/** One interfaces/<name>.ts: the contract with its rules in the comments. */
export function interfaceText(file: SpecFile<InterfaceFile>, header: string): string {
  checkRules(file)
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Single },
  })
  const statements: StatementStructures[] = Object.entries(file.data.imports ?? {}).map(([from, names]) => ({
    kind: StructureKind.ImportDeclaration,
    isTypeOnly: true,
    namedImports: names.map((name) => ({ name })),
    moduleSpecifier: from.startsWith('./') ? `${from}.ts` : from,
  }))
  for (const [name, declaration] of Object.entries(file.data.declares))
    statements.push(declare(name, declaration, file.data))
  return `${header}${project
    .createSourceFile('interface.ts', { statements })
    .getFullText()
    .replace(/;$/gm, '')
    .replace(/^(import .*\n)(?!import|\n)/gm, '$1\n')}`
}

function declare(
  name: string,
  declaration: InterfaceDeclaration,
  file: InterfaceFile,
): InterfaceDeclarationStructure | TypeAliasDeclarationStructure {
  const docs = declaration.what === undefined ? {} : { docs: [declaration.what] }
  const parameters = declaration.parameters === undefined ? {} : { typeParameters: declaration.parameters }
  if (declaration.alias !== undefined)
    return { kind: StructureKind.TypeAlias, name, isExported: true, type: declaration.alias, ...docs, ...parameters }
  const members = Object.entries(declaration.members ?? {})
  return {
    kind: StructureKind.Interface,
    name,
    isExported: true,
    ...docs,
    ...parameters,
    ...(declaration.extends === undefined ? {} : { extends: declaration.extends }),
    properties: [
      ...members.filter(([, member]) => member.type !== undefined).map(([key, member]) => property(key, member, file)),
      ...Object.entries(declaration.events ?? {}).map(([event, member]) => property(`'${event}'`, member, file)),
    ],
    methods: members
      .filter(([, member]) => member.type === undefined)
      .map(([key, member]) => method(key, member, file)),
  }
}

function property(name: string, member: InterfaceMember, file: InterfaceFile): PropertySignatureStructure {
  const optional = member.optional === true
  return {
    kind: StructureKind.PropertySignature,
    name,
    type: `${member.type ?? 'never'}${optional ? ' | undefined' : ''}`,
    isReadonly: member.mutable !== true,
    hasQuestionToken: optional,
    ...docsOf(member, file),
  }
}

function method(name: string, member: InterfaceMember, file: InterfaceFile): MethodSignatureStructure {
  return {
    kind: StructureKind.MethodSignature,
    name,
    hasQuestionToken: member.optional === true,
    parameters: Object.entries(member.arguments ?? {}).map(([argument, type]) => ({
      name: argument.replace(/\?$/, ''),
      type,
      hasQuestionToken: argument.endsWith('?'),
    })),
    returnType: member.returns ?? 'void',
    ...docsOf(member, file),
  }
}

/** The sentence of the spec, its errors, and each rule in full: what a reader sees on hovering. */
function docsOf({ what, errors, rules }: InterfaceMember, file: InterfaceFile): { readonly docs?: string[] } {
  const lines = [
    ...(what === undefined ? [] : [what]),
    ...(errors === undefined ? [] : [`Fails with ${errors.map((code) => `\`${code}\``).join(' or ')}.`]),
    ...(rules ?? []).map((id) => `- ${id}: ${file.rules?.[id]?.text ?? ''}`),
  ]
  // A line feed in front makes ts-morph write a block.
  return lines.length === 0 ? {} : { docs: [lines.length === 1 ? (lines[0] ?? '') : `\n${lines.join('\n')}`] }
}

/** A rule that is named must be written, and one that is written must be about something that exists. */
function checkRules(file: SpecFile<InterfaceFile>): void {
  const { declares, rules = {} } = file.data
  for (const [type, { members = {} }] of Object.entries(declares)) {
    for (const [member, { rules: named = [] }] of Object.entries(members)) {
      const missing = named.find((id) => rules[id] === undefined)
      if (missing !== undefined)
        throw new SpecFailure([
          {
            ...file.positionOf(['declares', type, 'members', member, 'rules']),
            message: `no rule \`${missing}\` in this file`,
            fix: 'Add it under `rules`, or correct its id.',
          },
        ])
    }
  }
  for (const [id, { about }] of Object.entries(rules)) {
    const place = file.positionOf(['rules', id])
    if (!id.startsWith(`${file.data.code}-`))
      throw new SpecFailure([
        {
          ...place,
          message: `rule \`${id}\` does not begin with ${file.data.code}-`,
          fix: 'Rules begin with the code of their file.',
        },
      ])
    const [type = '', member = ''] = (about ?? '').split('.')
    if (about !== undefined && declares[type]?.members?.[member] === undefined)
      throw new SpecFailure([
        { ...place, message: `\`${about}\` does not exist`, fix: 'Write `about: Type.member` of this file.' },
      ])
  }
}
