// Seed, until the generator writes this file from spec/protocols/identify/machine.yaml.
import type { MachineRole, Transition } from '../../common/machine.ts'
import type { PeerId } from '../../interfaces/connection.ts'
import { decodeIdentify, encodeIdentify, mergeIdentify, type Identify } from './messages.ts'

export type IdentifyErrorCode = 'malformed' | 'empty' | 'too-many-parts' | 'foreign-key' | 'closed' | 'timeout'
type Final = { readonly name: 'done' } | { readonly name: 'failed'; readonly error: IdentifyErrorCode }
type Event =
  | { readonly type: 'recv.malformed' | 'io.eof' | 'io.reset' | 'io.drained' | 'timer.exchange' }
  | { readonly type: 'recv.identify'; readonly message: Identify }
type Action =
  | { readonly type: 'timer.start' | 'timer.stop'; readonly timer: 'exchange' }
  | { readonly type: 'close' | 'reset' }
  | { readonly type: 'send.identify'; readonly message: Identify }
  | { readonly type: 'identified'; readonly info: Identify }
export interface IdentifyPredicates {
  readonly keyOf: (key: Uint8Array, peer: PeerId) => boolean
}
export interface ReaderInput {
  readonly remote: PeerId
}
export interface WriterInput {
  readonly self: Identify
}
export type ReaderState = { readonly name: 'reading'; readonly input: ReaderInput; readonly parts: number; readonly info: Identify } | Final
export type WriterState = { readonly name: 'sending'; readonly input: WriterInput } | Final
export type ReaderEvent = Event
export type ReaderAction = Action
export type WriterEvent = Event
export type WriterAction = Action

const reset: readonly Action[] = [{ type: 'reset' }]
const start: Action = { type: 'timer.start', timer: 'exchange' }
const stop: Action = { type: 'timer.stop', timer: 'exchange' }
function fail(error: IdentifyErrorCode, actions: readonly Action[] = reset): Transition<Final, Action> {
  return { state: { name: 'failed', error }, actions }
}
const shared = {
  protocol: 'identify',
  framing: { kind: 'uvarint-prefixed', limit: 8192, sendLimit: 4096, suffix: null },
  timers: { exchange: 5000 },
  errors: {},
  decode(payload: Uint8Array): Event {
    try {
      return { type: 'recv.identify', message: decodeIdentify(payload) }
    } catch {
      return { type: 'recv.malformed' }
    }
  },
  encode: (action: Action): Uint8Array => (action.type === 'send.identify' ? encodeIdentify(action.message) : new Uint8Array(0)),
} as const
export function readerRole(predicates: IdentifyPredicates): MachineRole<ReaderInput, ReaderState, Event, Action> {
  return {
    ...shared,
    role: 'reader',
    drained: false,
    start: (input) => ({ state: { name: 'reading', input, parts: 0, info: {} }, actions: [start] }),
    step(state, event) {
      if (state.name !== 'reading') return { state, actions: [] }
      switch (event.type) {
        case 'recv.identify':
          if (event.message.publicKey !== undefined && !predicates.keyOf(event.message.publicKey, state.input.remote)) return fail('foreign-key')
          if (state.parts === 10) return fail('too-many-parts')
          return { state: { ...state, parts: state.parts + 1, info: mergeIdentify(state.info, event.message) }, actions: [] }
        case 'recv.malformed':
          return fail('malformed')
        case 'io.eof':
          if (state.parts === 0) return fail('empty')
          return { state: { name: 'done' }, actions: [stop, { type: 'close' }, { type: 'identified', info: state.info }] }
        case 'io.reset':
          return fail('closed', [])
        case 'timer.exchange':
          return fail('timeout')
        default:
          return { state, actions: [] }
      }
    },
  }
}
export const writerRole: MachineRole<WriterInput, WriterState, Event, Action> = {
  ...shared,
  role: 'writer',
  drained: true,
  start: (input) => ({ state: { name: 'sending', input }, actions: [start, { type: 'send.identify', message: input.self }] }),
  step(state, event) {
    if (state.name !== 'sending') return { state, actions: [] }
    if (event.type === 'io.drained') return { state: { name: 'done' }, actions: [stop, { type: 'close' }] }
    if (event.type === 'io.reset') return fail('closed', [])
    if (event.type === 'timer.exchange') return fail('timeout')
    return { state, actions: [] }
  },
}
