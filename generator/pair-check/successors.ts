import type { Event, Message } from '../model/machine.ts'
import { possibleMoves } from '../simulation/explore.ts'
import type { RoleRun, Send, Step } from '../simulation/run.ts'
import type { Sample } from '../simulation/samples.ts'
import type { KnownScope } from '../simulation/symbol.ts'
import type { Item, Joint, Side } from './joint-state.ts'
import { otherIndex, withSide } from './joint-state.ts'

/** One thing that can happen next, in words, and what it leads to. */
export interface Successor {
  readonly what: string
  readonly joint: Joint
}

/** A message that its receiver has no row for, or a value that cannot be worked out. */
export class PairFault extends Error {}

/** Calls that one application makes at most: enough to go round every loop once and to finish. */
export const maxCalls = 3

export type Runs = readonly [RoleRun, RoleRun]

/** Everything that can happen next. Applications ask only when nothing else moves. */
export function successors(runs: Runs, joint: Joint): readonly Successor[] {
  const moving = ([0, 1] as const).flatMap((index) => [...receive(runs, joint, index), ...drain(runs, joint, index)])
  return moving.length > 0 ? moving : ([0, 1] as const).flatMap((index) => calls(runs, joint, index))
}

/** Both sides started, with every choice of late sends. */
export function starts(runs: Runs): readonly Joint[] {
  const idle = (run: RoleRun): Side => ({
    at: run.start().after,
    inbox: [],
    held: [],
    sentEarly: [],
    draining: false,
    ended: false,
    outputs: [],
    calls: 0,
  })
  const empty: Joint = [idle(runs[0]), idle(runs[1])]
  const first = apply(runs, empty, 0, runs[0].start(), 'starts').map(({ joint }) => joint)
  return first.flatMap((joint) => apply(runs, joint, 1, runs[1].start(), 'starts').map((one) => one.joint))
}

function receive(runs: Runs, joint: Joint, index: 0 | 1): readonly Successor[] {
  const side = joint[index]
  const [item, ...rest] = side.inbox
  if (item === undefined || side.at.target.kind !== 'state') return []
  const run = runs[index]
  const taken = withSide(joint, index, { ...side, inbox: rest })
  const name = item.kind === 'message' ? `recv.${item.send.message}` : item.kind === 'end' ? 'io.eof' : 'io.reset'
  const event = run.role.events.find((one) => one.name === name)
  if (event === undefined)
    throw new PairFault(`${run.role.name} gets ${name} in \`${side.at.target.state}\` and has no such event`)
  const fields = item.kind === 'message' ? receivedFields(run, event, item.send) : {}
  return happen(runs, taken, index, event, { fields, fixture: undefined, predicates: {} })
}

function drain(runs: Runs, joint: Joint, index: 0 | 1): readonly Successor[] {
  const side = joint[index]
  const run = runs[index]
  if (!side.draining || side.held.length > 0) return []
  const event = run.role.events.find(({ name }) => name === 'io.drained')
  const calm = withSide(joint, index, { ...side, draining: false })
  return event === undefined ? [] : happen(runs, calm, index, event, { fields: {}, fixture: undefined, predicates: {} })
}

function calls(runs: Runs, joint: Joint, index: 0 | 1): readonly Successor[] {
  const side = joint[index]
  if (side.calls >= maxCalls) return []
  const asked = withSide(joint, index, { ...side, calls: side.calls + 1 })
  return possibleMoves(runs[index], side.at)
    .filter(({ event }) => event.kind === 'call')
    .flatMap(({ event, sample }) => happen(runs, asked, index, event, sample))
}

function happen(runs: Runs, joint: Joint, index: 0 | 1, event: Event, sample: Sample): readonly Successor[] {
  const run = runs[index]
  const { at } = joint[index]
  const eventClass = run.classOf(event, at, sample)
  const row = eventClass === undefined ? undefined : run.rowOf(at, eventClass)
  if (row === undefined || row.from === 'ignored') return []
  return apply(runs, joint, index, run.step(at, row, sample), `${run.role.name}: ${row.eventClass.key}`)
}

/** A step's consequences for both sides, in each legal way of timing its sends. */
function apply(runs: Runs, joint: Joint, index: 0 | 1, step: Step, what: string): readonly Successor[] {
  const before = joint[index]
  const variants = sendVariants(step, before.sentEarly)
  return variants.flatMap(({ now, later, note }): readonly Successor[] => {
    const resets =
      step.row.do.some((action) => action.kind === 'reset') || (step.after.target.kind === 'failed' && !before.ended)
    const ends = step.row.do.some((action) => action.kind === 'close' || action.kind === 'closeWrite')
    const out: Item[] = [...before.held, ...now]
    const closing: Item[] = resets ? [{ kind: 'reset' }] : ends && !before.ended ? [{ kind: 'end' }] : []
    // An end stands behind what is still held: the held sends leave with it.
    const held = closing.length > 0 ? [] : later
    const sends = closing.length > 0 ? [...out, ...later, ...closing] : out
    const side: Side = {
      ...before,
      at: step.after,
      held,
      sentEarly: [],
      draining: before.draining || sends.some(({ kind }) => kind === 'message'),
      ended: before.ended || closing.length > 0,
      outputs: [...before.outputs, ...step.outputs],
    }
    const other = joint[otherIndex(index)]
    const moved = withSide(withSide(joint, index, side), otherIndex(index), {
      ...other,
      inbox: [...other.inbox, ...sends],
    })
    const plain = { what: note === '' ? what : `${what} (${note})`, joint: moved }
    return [plain, ...early(runs, moved, index).map((joint) => ({ what: `${plain.what} (sends early)`, joint }))]
  })
}

interface SendVariant {
  readonly now: readonly Item[]
  readonly later: readonly Item[]
  readonly note: string
}

function sendVariants(step: Step, sentEarly: readonly string[]): readonly SendVariant[] {
  const lists = step.instead.length === 0 ? [step.sends] : [step.sends, step.instead]
  return lists.flatMap((sends): readonly SendVariant[] => {
    const items = sends
      .filter((send) => !(step.row.early.includes(send.message) && sentEarly.includes(send.message)))
      .map((send): Item => ({ kind: 'message', send }))
    const firstLate = items.findIndex((item) => item.kind === 'message' && step.row.late.includes(item.send.message))
    const atOnce: SendVariant = { now: items, later: [], note: '' }
    // What is held back holds back everything behind it: bytes keep their order.
    return firstLate === -1
      ? [atOnce]
      : [atOnce, { now: items.slice(0, firstLate), later: items.slice(firstLate), note: 'sends late' }]
  })
}

/** In its new state, a side may send at once what a row of the state allows to leave early. */
function early(runs: Runs, joint: Joint, index: 0 | 1): readonly Joint[] {
  const side = joint[index]
  const { target } = side.at
  if (target.kind !== 'state' || side.ended) return []
  const run = runs[index]
  const rows = run.role.states.find(({ name }) => name === target.state)?.rows ?? []
  const messages = new Set(rows.flatMap((row) => row.early))
  return [...messages].flatMap((message): readonly Joint[] => {
    const row = rows.find((one) => one.early.includes(message))
    const send = row === undefined ? undefined : constantSend(run, side, row, message)
    if (send === undefined) return []
    const other = joint[otherIndex(index)]
    const sent = withSide(joint, index, { ...side, sentEarly: [...side.sentEarly, message], draining: true })
    return [withSide(sent, otherIndex(index), { ...other, inbox: [...other.inbox, { kind: 'message', send }] })]
  })
}

/** Only a send whose arguments do not depend on the event can leave before it. */
function constantSend(
  run: RoleRun,
  side: Side,
  row: Parameters<RoleRun['step']>[1],
  message: string,
): Send | undefined {
  try {
    return run
      .step(side.at, row, { fields: {}, fixture: undefined, predicates: {} })
      .sends.find((send) => send.message === message)
  } catch {
    return undefined
  }
}

/** A sent message's fields under the names by which its receiver knows them. */
function receivedFields(run: RoleRun, event: Event, send: Send): KnownScope {
  const message: Message | undefined = event.message
  if (message?.kind === 'layout') {
    const value = Object.fromEntries(Object.entries(send.fields).map(([name, known]) => [name, known.value]))
    return { message: { value, symbol: undefined } }
  }
  for (const { name } of event.fields) {
    if (!Object.hasOwn(send.fields, name))
      throw new PairFault(
        `${run.role.name} reads the field \`${name}\` of ${send.message}, which its sender does not say`,
      )
  }
  return send.fields
}
