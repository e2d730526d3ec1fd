import type { Case, CaseFile, CaseStep, CaseValue, ExpectedSend } from '@p2pspec/generated/common/cases'
import type { MachineRole } from '@p2pspec/generated/common/machine'
import * as identify from '@p2pspec/generated/protocols/identify/machine'
import * as multistream from '@p2pspec/generated/protocols/multistream-select/machine'
import * as ping from '@p2pspec/generated/protocols/ping/machine'
import t from 'tap'
import { loadModel } from '../../load/load-model.ts'
import { projectRoot } from '../../load/project-root.ts'
import { resolveMachine } from '../../model/resolve-machine.ts'
import { casesEmitter } from '../cases.ts'

/** A role whose inputs, states and messages the test knows by name alone. */
type AnyRole = MachineRole<
  never,
  { readonly name: string; readonly error?: string },
  { readonly type: string },
  { readonly type: string }
>

const model = loadModel(projectRoot)
const files = new Map<string, CaseFile>()
for (const { path, text } of await casesEmitter.emit({ model, protocols: model.protocols, whole: true })) {
  const file: unknown = JSON.parse(text)
  files.set(path.split('/')[1] ?? '', file as CaseFile) // its shape is what this test is about
}

t.test('names each case once, and leaves out no state × event class', async (t) => {
  for (const protocol of model.protocols) {
    const machine = resolveMachine(protocol, model)
    const file = files.get(protocol.name)
    if (machine === undefined || file === undefined) continue
    const ids = file.cases.map(({ id }) => id)
    t.equal(new Set(ids).size, ids.length, `${protocol.name}: ids are unique`)
    t.same(
      ids.filter(
        (id) =>
          !/^[a-z-]+\/[a-zA-Z]+\/[a-zA-Z]+\/(recv|io|timer|call)\.[a-zA-Z]+(\.[a-zA-Z0-9-]+)?(~(bytewise|coalesced|trailing))?$/.test(
            id,
          ),
      ),
      [],
      'and have their form',
    )
    const wanted = machine.roles.flatMap((role) =>
      role.states.flatMap((state) =>
        state.rows
          .filter(({ from }) => from !== 'ignored')
          .map((row) => `${role.name}/${state.name}/${row.eventClass.key.replace('/', '.')}`),
      ),
    )
    const covered = (name: string): boolean => {
      const whole = `${protocol.name}/${name}`
      return (
        ids.includes(whole) ||
        file.unreached.includes(name) ||
        ids.some((id) => id.startsWith(`${whole}.`)) ||
        (machine.framing.kind === 'manual' && name.endsWith('recv.malformed'))
      )
    }
    t.same(
      wanted.filter((name) => !covered(name)),
      [],
      `${protocol.name}: every row has a case or stands in unreached`,
    )
  }
})

t.test('every case holds for the generated machine: its sends, its end, its error', async (t) => {
  // The key of the fixture `full` is the sender's own; any other is foreign.
  const reader = identify.readerRole({ keyOf: (key) => key[0] === 1 })
  const roles: readonly (readonly [string, string, unknown])[] = [
    ['multistream-select', 'initiator', multistream.initiatorRole],
    ['multistream-select', 'responder', multistream.responderRole],
    ['identify', 'reader', reader],
    ['identify', 'writer', identify.writerRole],
    ['ping', 'client', ping.clientRole],
    ['ping', 'server', ping.serverRole],
  ]
  for (const [protocol, roleName, role] of roles) {
    const file = files.get(protocol)
    const cases = file?.cases.filter((one) => one.role === roleName && one.chunking === 'whole') ?? []
    t.ok(cases.length > 3, `${protocol} has cases for ${roleName}`)
    const wrong = cases.flatMap((one) => {
      const fault = play(role as AnyRole, one, file?.fixtures ?? {}) // every generated role has this shape
      return fault === undefined ? [] : [`${one.id}: ${fault}`]
    })
    t.same(wrong, [], `${protocol} ${roleName}`)
  }
})

t.test('a case that says anything else of the machine is noticed', async (t) => {
  const file = files.get('multistream-select')
  const done = file?.cases.find(({ id }) => id.endsWith('responder/awaitProposal/recv.protocol.supported'))
  if (file === undefined || done === undefined) throw new Error('the case is gone')
  const role = multistream.responderRole as unknown as AnyRole // every generated role has this shape
  const [header, answer] = done.expect.sends
  if (header === undefined || answer === undefined) throw new Error('the case expects two messages')
  t.equal(play(role, done, file.fixtures), undefined)
  t.match(play(role, { ...done, expect: { ...done.expect, end: 'open' } }, file.fixtures), /ends done/)
  t.match(play(role, { ...done, expect: { ...done.expect, sends: [header] } }, file.fixtures), /sends/)
  t.match(
    play(role, { ...done, expect: { ...done.expect, sends: [header, { any: [{ message: 'na' }] }] } }, file.fixtures),
    /sends/,
  )
  t.match(
    play(role, { ...done, expect: { ...done.expect, sends: [header, answer, answer] } }, file.fixtures),
    /does not send/,
  )
})

t.test('cites for each broken frame the requirement that speaks of it [MSS-FRAME-2]', async (t) => {
  const over = files
    .get('multistream-select')
    ?.cases.find(({ id }) => id.endsWith('responder/awaitHeader/recv.malformed.over-limit'))
  t.same(over?.requirements, ['MSS-FRAME-2'])
  t.equal(over?.level, 'SHOULD')
  t.equal(over?.stated, 'de-facto')
})

t.test(
  'sends a message exactly at the limit, and no later than its moment what the subject may send early or late',
  async (t) => {
    const cases = files.get('multistream-select')?.cases ?? []
    const atLimit = cases.find(({ id }) => id.endsWith('responder/awaitProposal/recv.protocol.at-limit'))
    const sent = atLimit?.steps.at(-1)
    const name = sent?.do === 'send' ? sent.fields?.['name'] : undefined
    t.equal(typeof name === 'string' ? name.length : 0, 1023, 'with its newline, 1024 bytes')
    const early = cases.find(({ id }) => id.endsWith('responder/awaitHeader/recv.na'))
    t.same(early?.expect.sends, [{ any: [{ message: 'header' }], optional: true }], 'the header may have left before')
    const late = cases.find(({ id }) => id.endsWith('initiator/awaitHeader/recv.header'))
    t.equal(late?.expect.sends[1]?.after, 1, 'the first proposal may wait for the header')
  },
)

/** Runs a case on the generated machine; what differs, or undefined. */
function play(role: AnyRole, item: Case, fixtures: CaseFile['fixtures']): string | undefined {
  const input: Record<string, unknown> = {
    offers: ['/a/1', '/b/1'],
    supported: ['/a/1', '/b/1'],
    remote: 'peer',
    self: { agentVersion: 'x' },
    rest: {},
    first: new Uint8Array(32).fill(7),
    senderPublicKey: Uint8Array.of(1),
    ...Object.fromEntries(Object.entries(item.given)),
  }
  const fill = (value: CaseValue): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if ('hex' in value && typeof value.hex === 'string') return new Uint8Array(Buffer.from(value.hex, 'hex'))
    if ('hole' in value && typeof value.hole === 'string') {
      const [, name = '', index] = /^(\w+)(?:\[(\d+)\])?$/.exec(value.hole) ?? []
      const whole = input[name]
      return index === undefined ? whole : (whole as readonly unknown[])[Number(index)] // an indexed hole is a list
    }
    if (Array.isArray(value)) return value.map(fill)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member)]))
  }
  const record = (fields: Readonly<Record<string, CaseValue>> | undefined): Record<string, unknown> =>
    Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [name, fill(value)]))
  const sends: { readonly type: string }[] = []
  let { state, actions } = role.start(input as never) // has every input that a role here takes
  const take = (event: { readonly type: string }): void => {
    sends.push(...actions.filter(({ type }) => type.startsWith('send.')))
    actions = []
    if (state.name !== 'done' && state.name !== 'failed') ({ state, actions } = role.step(state, event))
  }
  const drain = (): void => {
    if (!role.drained) return
    // What is sent because all was sent leaves, too.
    do take({ type: 'io.drained' })
    while (actions.some(({ type }) => type.startsWith('send.')))
  }
  for (const step of item.steps) {
    // The subject's own bytes are out before the tester goes on, unless the case is about that moment.
    if (item.verdict === 'judge' && step !== item.steps[0]) drain()
    take(eventOf(role, step, record, fixtures))
  }
  drain()
  sends.push(...actions.filter(({ type }) => type.startsWith('send.')))
  const end = state.name === 'done' || state.name === 'failed' ? state.name : 'open'
  if (end !== item.expect.end) return `ends ${end}, expected ${item.expect.end}`
  if (item.expect.error !== undefined && state.error !== item.expect.error)
    return `fails with ${state.error}, expected ${item.expect.error}`
  return differingSend(sends, item.expect.sends, record)
}

function eventOf(
  role: AnyRole,
  step: CaseStep,
  record: (fields: Readonly<Record<string, CaseValue>> | undefined) => Record<string, unknown>,
  fixtures: CaseFile['fixtures'],
) {
  switch (step.do) {
    case 'send': {
      const fields = step.fixture === undefined ? record(step.fields) : record(fixtures[step.fixture]?.fields)
      const action =
        step.message === 'identify'
          ? { type: 'send.identify', message: fields }
          : { type: `send.${step.message}`, ...fields }
      const encoders = { identify: identify.encodeMessage, payload: ping.encodeMessage }
      const encode = Object.hasOwn(encoders, step.message)
        ? encoders[step.message as keyof typeof encoders]
        : multistream.encodeMessage // by message name, which no two of them share
      return role.decode(encode(action as never)) // built as the action of that message
    }
    case 'malform':
      return { type: 'recv.malformed' }
    case 'end':
      return { type: 'io.eof' }
    case 'reset':
      return { type: 'io.reset' }
    case 'expire':
      return { type: `timer.${step.timer}` }
    case 'call':
      return { type: `call.${step.call}`, ...record(step.fields) }
    default: {
      const missed: never = step
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

function differingSend(
  sends: readonly { readonly type: string }[],
  expected: readonly ExpectedSend[],
  record: (fields: Readonly<Record<string, CaseValue>> | undefined) => Record<string, unknown>,
): string | undefined {
  let index = 0
  for (const send of sends) {
    const fits = (one: ExpectedSend): boolean =>
      one.any.some(
        ({ message, fields }) =>
          `send.${message}` === send.type &&
          Object.entries(record(fields)).every(
            ([name, value]) => JSON.stringify(value) === JSON.stringify(memberOf(send, name)),
          ),
      )
    while (index < expected.length && expected[index]?.optional === true && !fits(expected[index] ?? { any: [] }))
      index++
    const next = expected[index++]
    if (next === undefined || !fits(next)) return `sends ${JSON.stringify(send)}, expected ${JSON.stringify(next)}`
  }
  const missing = expected.slice(index).find(({ optional }) => optional !== true)
  return missing === undefined ? undefined : `does not send ${JSON.stringify(missing)}`
}

function memberOf(action: object, name: string): unknown {
  const record = action as Readonly<Record<string, unknown>> // an action is a plain record
  const message = record['message']
  return name in record
    ? record[name]
    : typeof message === 'object' && message !== null
      ? (message as Readonly<Record<string, unknown>>)[name]
      : undefined // so is a message
}
