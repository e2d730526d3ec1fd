import type { OptionalKind, StatementStructures, TypeAliasDeclarationStructure } from 'ts-morph'
import { StructureKind } from 'ts-morph'
import type { Action, Machine, Role } from '../../model/machine.ts'
import { pascalCase } from '../../model/names.ts'
import { quoted } from './expression-text.ts'
import { roleNames } from './role-names.ts'
import { fieldsText, typeText } from './type-text.ts'

/** Input, state, event and action of one role. */
export function roleTypes(machine: Machine, role: Role): readonly StatementStructures[] {
  const names = roleNames(role)
  return [
    role.input.length === 0
      ? alias(names.input, 'Readonly<Record<string, never>>', `The ${role.name} needs nothing at its start.`)
      : {
          kind: StructureKind.Interface,
          name: names.input,
          isExported: true,
          docs: [role.what ?? `What the ${role.name} is given at its start.`],
          properties: role.input.map(({ name, type }) => ({
            name,
            type: typeText(type),
            isReadonly: true,
            hasQuestionToken: type.optional,
          })),
        },
    alias(
      names.state,
      union([
        ...role.states.map(({ name }) => stateMember(name, role)),
        memberOf('name', 'done', ''),
        memberOf('name', 'failed', `readonly error: ${errorType(machine)}`),
      ]),
    ),
    alias(names.event, union(role.events.map((event) => memberOf('type', event.name, fieldsText(event.fields))))),
    alias(names.action, union(actionsOf(role).map((action) => actionMember(machine, action)))),
    { ...alias(names.transition, `Transition<${names.state}, ${names.action}>`), isExported: false },
  ]
}

export function errorType(machine: Machine): string {
  return `${pascalCase(machine.id)}ErrorCode`
}

/** Each distinct kind of action that the role can take, the usual ones first. */
function actionsOf(role: Role): readonly string[] {
  const all = [role.start, ...role.states.flatMap((state) => state.rows)].flatMap((row) => [...row.do, ...row.or])
  return [...new Set(all.map(actionType))]
}

export function actionType(action: Action): string {
  switch (action.kind) {
    case 'send':
      return `send.${action.message}`
    case 'output':
      return action.output
    case 'timer.start':
    case 'timer.stop':
    case 'close':
    case 'closeWrite':
    case 'reset':
      return action.kind
    default: {
      const missed: never = action
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

function actionMember(machine: Machine, type: string): string {
  if (type === 'timer.start' || type === 'timer.stop') {
    return memberOf('type', type, `readonly timer: ${machine.timers.map((timer) => quoted(timer.name)).join(' | ')}`)
  }
  const message = machine.messages.find(({ name }) => `send.${name}` === type)
  const output = machine.outputs.find(({ name }) => name === type)
  return memberOf('type', type, fieldsText(message?.sendFields ?? output?.fields ?? []))
}

function stateMember(name: string, role: Role): string {
  const input = role.input.length === 0 ? [] : [`readonly input: ${roleNames(role).input}`]
  return memberOf('name', name, [...input, fieldsText(role.vars)].filter((part) => part !== '').join('; '))
}

function memberOf(key: string, value: string, rest: string): string {
  return `{ readonly ${key}: ${quoted(value)}${rest === '' ? '' : `; ${rest}`} }`
}

function union(members: readonly string[]): string {
  return members.length === 0 ? 'never' : members.map((member) => `\n  | ${member}`).join('')
}

function alias(
  name: string,
  type: string,
  doc?: string,
): TypeAliasDeclarationStructure & OptionalKind<TypeAliasDeclarationStructure> {
  return { kind: StructureKind.TypeAlias, name, type, isExported: true, ...(doc === undefined ? {} : { docs: [doc] }) }
}
