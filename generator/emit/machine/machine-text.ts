import { IndentationText, Project, QuoteKind, StructureKind, VariableDeclarationKind } from 'ts-morph'
import type { ImportDeclarationStructure, StatementStructures } from 'ts-morph'
import type { Machine, Message, ResolvedFraming, Role } from '../../model/machine.ts'
import { camelCase, pascalCase } from '../../model/names.ts'
import type { ValueType } from '../../model/value-type.ts'
import { decodable, decodeBody, encodable, encodeBody, sendUnion } from './codec-text.ts'
import { ConstantPool } from './constant-pool.ts'
import { quoted } from './expression-text.ts'
import { roleNames } from './role-names.ts'
import { errorType, roleTypes } from './role-types.ts'
import { StepText, usesPredicates } from './step-text.ts'
import { typeText } from './type-text.ts'

/** machine.ts of one machine, whole, without its header. */
export function machineText(machine: Machine): string {
  const uses = new Set<string>()
  const use = (support: string): void => {
    uses.add(support)
  }
  const codecPool = new ConstantPool()
  const codec = codecStatements(machine, codecPool, use)
  const roles = machine.roles.map((role) => roleStatements(machine, role, codecPool, use))
  const statements: StatementStructures[] = [
    ...protocolStatements(machine),
    ...limitStatements(machine),
    ...predicateStatements(machine),
    constant('framing', 'Framing', framingText(machine.framing, codecPool, use)),
    constant('timers', '', timersText(machine)),
    ...roles.flatMap((role) => role.types),
    ...poolStatements(codecPool),
    ...codec,
    ...roles.flatMap((role) => role.code),
  ]
  return render([...imports(machine, uses), ...statements])
}

/** The codes of one machine, without the header. */
export function errorsText(machine: Machine): string {
  const type = errorType(machine)
  const texts = machine.errors.filter((error) => error.text !== undefined)
  return render([
    {
      kind: StructureKind.TypeAlias,
      isExported: true,
      name: type,
      docs: [`Why ${machine.id} fails.`],
      type: machine.errors.map(({ code }) => `\n  | ${quoted(code)}`).join(''),
    },
    {
      ...constant(
        `${camelCase(machine.id)}Errors`,
        texts.length === machine.errors.length
          ? `Readonly<Record<${type}, string>>`
          : 'Readonly<Record<string, string>>',
        objectText(texts.map(({ code, text }) => `${quoted(code)}: ${quoted(text ?? '')}`)),
      ),
      isExported: true,
      docs: ['What happened, and what to do.'],
    },
  ])
}

/** The printer leaves a blank behind `=` and hangs the closing brace of a constant. */
function tidied(text: string): string {
  return text
    .trimStart()
    .replaceAll(' = \n', ' =\n')
    .replaceAll(/^((?:export )?const [^\n]*\{\n(?: {2}[^\n]*\n)*?) {2}(\}(?: as const)?;)$/gm, '$1$2')
}

/** ts-morph indents what follows the first line. */
function objectText(members: readonly string[]): string {
  return members.length === 0 ? '{}' : `{\n${members.map((member) => `${member},\n`).join('')}}`
}

let project: Project | undefined

/** One createSourceFile with all structures: text goes in once and comes out once. */
function render(statements: readonly StatementStructures[]): string {
  project ??= new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Single },
  })
  const file = project.createSourceFile('/file.ts', { statements: [...statements] }, { overwrite: true })
  return `\n${tidied(file.getFullText())}`
}

function roleStatements(
  machine: Machine,
  role: Role,
  codecPool: ConstantPool,
  use: (support: string) => void,
): { readonly types: readonly StatementStructures[]; readonly code: readonly StatementStructures[] } {
  const names = roleNames(role)
  const pool = new ConstantPool()
  const text = new StepText(machine, role, pool, use)
  const start = text.start()
  const step = text.step()
  const predicates = usesPredicates(machine, role) ? `${pascalCase(machine.id)}Predicates` : undefined
  const named = predicates === undefined ? [] : [{ name: 'predicates', type: predicates }]
  const readsInput = /\binput\b/.test(start)
  const code: StatementStructures[] = [
    {
      kind: StructureKind.Function,
      isExported: true,
      name: names.start,
      docs: [`The ${role.name}'s first state, and what it does at once.`],
      parameters: [{ name: readsInput ? 'input' : '_input', type: names.input }],
      returnType: names.transition,
      statements: start,
    },
    {
      kind: StructureKind.Function,
      isExported: true,
      name: names.step,
      docs: [`What one event does to the ${role.name}.`],
      parameters: [{ name: 'state', type: names.state }, { name: 'event', type: names.event }, ...named],
      returnType: names.transition,
      statements: step,
    },
    {
      kind: StructureKind.Function,
      name: names.decode,
      parameters: [{ name: decodable(role).length === 0 ? '_payload' : 'payload', type: 'Uint8Array' }],
      returnType: names.event,
      statements: decodeBody(decodable(role), codecPool, use),
    },
    {
      kind: StructureKind.Function,
      name: names.encode,
      parameters: [{ name: 'action', type: names.action }],
      returnType: 'Uint8Array',
      statements: roleEncodeBody(machine, role, use),
    },
    roleStatement(machine, role, predicates),
  ]
  return { types: roleTypes(machine, role), code: [...poolStatements(pool), ...code] }
}

/** The role for the driver: a constant, or a function of the predicates that it names. */
function roleStatement(machine: Machine, role: Role, predicates: string | undefined): StatementStructures {
  const names = roleNames(role)
  const type = `MachineRole<${names.input}, ${names.state}, ${names.event}, ${names.action}>`
  const drained = role.events.some((event) => event.name === 'io.drained')
  const members = [
    `protocol: ${quoted(machine.id)}`,
    `role: ${quoted(role.name)}`,
    'framing',
    'timers',
    `drained: ${String(drained)}`,
    `errors: ${camelCase(machine.id)}Errors`,
    `start: ${names.start}`,
    `step: ${predicates === undefined ? names.step : `(state, event) => ${names.step}(state, event, predicates)`}`,
    `decode: ${names.decode}`,
    `encode: ${names.encode}`,
  ]
  const literal = objectText(members)
  const docs = [
    role.what === undefined ? `The ${role.name}, ready for the driver.` : `${role.what} Ready for the driver.`,
  ]
  if (predicates === undefined) return { ...constant(names.role, type, literal), isExported: true, docs }
  return {
    kind: StructureKind.Function,
    isExported: true,
    name: names.role,
    docs,
    parameters: [{ name: 'predicates', type: predicates }],
    returnType: type,
    statements: `return ${literal};`,
  }
}

function roleEncodeBody(machine: Machine, role: Role, use: (support: string) => void): string {
  use('notEncodable')
  const sent = new Set(
    [role.start, ...role.states.flatMap((state) => state.rows)]
      .flatMap((row) => [...row.do, ...row.or])
      .flatMap((action) => (action.kind === 'send' ? [action.message] : [])),
  )
  const labels = encodable(machine)
    .filter((message) => sent.has(message.name))
    .map((message) => `  case ${quoted(`send.${message.name}`)}:\n`)
  if (labels.length === 0) return 'return notEncodable(action.type);'
  return `switch (action.type) {\n${labels.join('')}    return encodeMessage(action);\n  default:\n    return notEncodable(action.type);\n}`
}

function codecStatements(
  machine: Machine,
  pool: ConstantPool,
  use: (support: string) => void,
): readonly StatementStructures[] {
  const messages = encodable(machine)
  const malformed = constant('malformed', '', "{ type: 'recv.malformed' } as const")
  if (messages.length === 0) return [malformed]
  const name = `${pascalCase(machine.id)}Message`
  return [
    malformed,
    {
      kind: StructureKind.TypeAlias,
      isExported: true,
      name,
      docs: ['Every message that the machine encodes, whichever role sends it.'],
      type: sendUnion(messages),
    },
    {
      kind: StructureKind.Function,
      isExported: true,
      name: 'encodeMessage',
      docs: ['A message → payload without framing; `bytes` messages are passed on, not copied.'],
      parameters: [{ name: 'action', type: name }],
      returnType: 'Uint8Array',
      statements: encodeBody(messages, pool, use),
    },
  ]
}

function protocolStatements(machine: Machine): readonly StatementStructures[] {
  if (machine.protocols.length === 0) return []
  const rows = machine.protocols.map(
    ({ id, opener, acceptor }) => `${quoted(id)}: { opener: ${quoted(opener)}, acceptor: ${quoted(acceptor)} }`,
  )
  return [
    {
      ...constant(`${camelCase(machine.id)}Protocols`, '', `${objectText(rows)} as const`),
      isExported: true,
      docs: ['Protocol ids, and who plays which role on a stream.'],
    },
  ]
}

function limitStatements(machine: Machine): readonly StatementStructures[] {
  return machine.limits.map(({ name, value }) => constant(name, '', String(value)))
}

function predicateStatements(machine: Machine): readonly StatementStructures[] {
  if (machine.predicates.length === 0) return []
  return [
    {
      kind: StructureKind.Interface,
      isExported: true,
      name: `${pascalCase(machine.id)}Predicates`,
      docs: ['Pure functions that the machine asks; its owner brings them.'],
      methods: machine.predicates.map(({ name, args, returns, what }) => ({
        name,
        ...(what === undefined ? {} : { docs: [what] }),
        parameters: args.map((type, index) => ({ name: argumentName(type, index, args), type: typeText(type) })),
        returnType: typeText(returns),
      })),
    },
  ]
}

/** The spec gives arguments types and no names. */
function argumentName(type: ValueType, index: number, all: readonly ValueType[]): string {
  const word = {
    string: 'text',
    bytes: 'bytes',
    bool: 'flag',
    number: 'number',
    u64: 'number',
    PeerId: 'peer',
    message: 'message',
    unknown: 'value',
  }[type.base]
  const name = type.list === undefined ? word : `${word}s`
  return all.filter((other) => other.base === type.base).length > 1 ? `${name}${index + 1}` : name
}

function framingText(framing: ResolvedFraming, pool: ConstantPool, use: (support: string) => void): string {
  switch (framing.kind) {
    case 'uvarint-prefixed': {
      let suffix = 'null'
      if (framing.suffix !== undefined) {
        use('encodeText')
        suffix = `encodeText(${quoted(framing.suffix)})`
      }
      return `{ kind: 'uvarint-prefixed', limit: ${framing.limit}, sendLimit: ${framing.sendLimit}, suffix: ${suffix} }`
    }
    case 'u16be-prefixed':
      return `{ kind: 'u16be-prefixed', limit: ${framing.limit} }`
    case 'fixed':
      return `{ kind: 'fixed', length: ${framing.length} }`
    case 'manual':
      return "{ kind: 'manual' }"
    default: {
      const missed: never = framing
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

function timersText(machine: Machine): string {
  return `{${machine.timers.map(({ name, milliseconds }) => ` ${name}: ${milliseconds}`).join(',')}${machine.timers.length === 0 ? '' : ' '}}`
}

function poolStatements(pool: ConstantPool): readonly StatementStructures[] {
  return pool.declarations.map(({ name, type, text }) => constant(name, type, text))
}

function constant(
  name: string,
  type: string,
  initializer: string,
): Extract<StatementStructures, { kind: StructureKind.VariableStatement }> {
  return {
    kind: StructureKind.VariableStatement,
    declarationKind: VariableDeclarationKind.Const,
    declarations: [{ name, initializer, ...(type === '' ? {} : { type }) }],
  }
}

const valueSupport = ['at', 'decodeText', 'encodeText', 'notEncodable', 'sameBytes']

function imports(machine: Machine, uses: ReadonlySet<string>): readonly ImportDeclarationStructure[] {
  const values = valueSupport.filter((name) => uses.has(name))
  const types = messageTypes(machine)
  const usesPeer = allTypes(machine).some((type) => type.base === 'PeerId')
  const ofKind = (kind: Message['kind']): ReadonlySet<string> =>
    new Set(
      machine.messages.flatMap((message) =>
        message.kind === kind && message.typeName !== undefined ? [message.typeName] : [],
      ),
    )
  const layouts = ofKind('layout')
  const support = (isLayout: boolean): readonly string[] =>
    [...uses]
      .filter(
        (name) =>
          /^(decode|encode|merge)[A-Z]/.test(name) &&
          name !== 'decodeText' &&
          name !== 'encodeText' &&
          layouts.has(name.replace(/^(decode|encode|merge)/, '')) === isLayout,
      )
      .sort()
  return [
    importOf('../../common/machine.ts', ['Framing', 'MachineRole', 'Transition'], true),
    importOf('../../common/machine.ts', ['unreachable'], false),
    importOf('../../common/machine-values.ts', values, false),
    importOf('../../common/decode-error.ts', uses.has('DecodeError') ? ['DecodeError'] : [], false),
    importOf('../../interfaces/connection.ts', usesPeer ? ['PeerId'] : [], true),
    importOf('./errors.ts', [errorType(machine)], true),
    importOf('./errors.ts', [`${camelCase(machine.id)}Errors`], false),
    importOf(
      './layout.ts',
      types.filter((name) => layouts.has(name)),
      true,
    ),
    importOf('./layout.ts', support(true), false),
    importOf(
      './messages.ts',
      types.filter((name) => !layouts.has(name)),
      true,
    ),
    importOf('./messages.ts', support(false), false),
  ].filter((one) => Array.isArray(one.namedImports) && one.namedImports.length > 0)
}

function importOf(
  moduleSpecifier: string,
  namedImports: readonly string[],
  isTypeOnly: boolean,
): ImportDeclarationStructure {
  return { kind: StructureKind.ImportDeclaration, moduleSpecifier, isTypeOnly, namedImports: [...namedImports] }
}

function messageTypes(machine: Machine): readonly string[] {
  return [...new Set(allTypes(machine).flatMap((type) => (type.message === undefined ? [] : [type.message])))].sort()
}

/** Every type that the file writes down. */
function allTypes(machine: Machine): readonly ValueType[] {
  return [
    ...machine.messages.flatMap((message) => [...message.fields, ...message.sendFields]),
    ...machine.outputs.flatMap((output) => output.fields),
    ...machine.calls.flatMap((call) => call.fields),
    ...machine.roles.flatMap((role) => [...role.input, ...role.vars]),
  ]
    .map((field) => field.type)
    .concat(machine.predicates.flatMap((predicate) => [...predicate.args, predicate.returns]))
}
