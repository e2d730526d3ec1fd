// Seed, until the generator writes this file from spec/protocols/multistream-select/machine.yaml.
import type { MachineRole, Transition } from '../../common/machine.ts'

export type MultistreamSelectErrorCode = 'bad-header' | 'malformed' | 'not-supported' | 'unexpected-message' | 'too-many-proposals' | 'closed' | 'timeout'
type Final = { readonly name: 'done' } | { readonly name: 'failed'; readonly error: MultistreamSelectErrorCode }
type Event =
  | { readonly type: 'recv.header' | 'recv.na' | 'recv.ls' | 'recv.malformed' | 'io.eof' | 'io.reset' | 'timer.negotiate' }
  | { readonly type: 'recv.protocol'; readonly name: string }
type Action =
  | { readonly type: 'timer.start' | 'timer.stop'; readonly timer: 'negotiate' }
  | { readonly type: 'send.header' | 'send.na' | 'close' | 'reset' }
  | { readonly type: 'send.protocol'; readonly name: string }
  | { readonly type: 'send.lsReply'; readonly message: { readonly protocols: readonly string[] } }
  | { readonly type: 'selected'; readonly name: string }
export interface InitiatorInput {
  readonly offers: readonly string[]
}
export interface ResponderInput {
  readonly supported: readonly string[]
}
export type InitiatorState = { readonly name: 'awaitHeader' | 'awaitReply'; readonly input: InitiatorInput; readonly tried: number } | Final
export type ResponderState = { readonly name: 'awaitHeader' | 'awaitProposal'; readonly input: ResponderInput; readonly refusals: number } | Final
export type InitiatorEvent = Event
export type ResponderEvent = Event
export type InitiatorAction = Action
export type ResponderAction = Action

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const reset: readonly Action[] = [{ type: 'reset' }]
const start: Action = { type: 'timer.start', timer: 'negotiate' }
const stop: Action = { type: 'timer.stop', timer: 'negotiate' }
const header: Action = { type: 'send.header' }
const na: readonly Action[] = [{ type: 'send.na' }]

function fail(error: MultistreamSelectErrorCode, actions: readonly Action[] = reset): Transition<Final, Action> {
  return { state: { name: 'failed', error }, actions }
}
function anyState(event: Event): Transition<Final, Action> | undefined {
  switch (event.type) {
    case 'recv.malformed':
      return fail('malformed')
    case 'io.eof':
      return fail('closed')
    case 'io.reset':
      return fail('closed', [])
    case 'timer.negotiate':
      return fail('timeout')
    default:
      return undefined
  }
}
const shared = {
  protocol: 'multistream-select',
  framing: { kind: 'uvarint-prefixed', limit: 1024, sendLimit: 16383, suffix: encoder.encode('\n') },
  timers: { negotiate: 10_000 },
  drained: false,
  errors: {},
  decode(payload: Uint8Array): Event {
    let name: string
    try {
      name = decoder.decode(payload)
    } catch {
      return { type: 'recv.malformed' }
    }
    if (name === '/multistream/1.0.0') return { type: 'recv.header' }
    if (name === 'na') return { type: 'recv.na' }
    if (name === 'ls') return { type: 'recv.ls' }
    return { type: 'recv.protocol', name }
  },
  encode(action: Action): Uint8Array {
    switch (action.type) {
      case 'send.header':
        return encoder.encode('/multistream/1.0.0')
      case 'send.na':
        return encoder.encode('na')
      case 'send.protocol':
        return encoder.encode(action.name)
      case 'send.lsReply': {
        const parts: number[] = []
        for (const name of action.message.protocols) {
          const bytes = encoder.encode(`${name}\n`)
          if (bytes.length < 128) parts.push(bytes.length, ...bytes)
          else parts.push((bytes.length & 127) | 128, bytes.length >> 7, ...bytes)
        }
        return Uint8Array.from(parts)
      }
      default:
        return new Uint8Array(0)
    }
  },
} as const
export const initiatorRole: MachineRole<InitiatorInput, InitiatorState, Event, Action> = {
  ...shared,
  role: 'initiator',
  start: (input) => ({ state: { name: 'awaitHeader', input, tried: 1 }, actions: [start, header, { type: 'send.protocol', name: input.offers[0] ?? '' }] }),
  step(state, event) {
    if (state.name === 'done' || state.name === 'failed') return { state, actions: [] }
    const any = anyState(event)
    if (any !== undefined) return any
    if (state.name === 'awaitHeader') return event.type === 'recv.header' ? { state: { ...state, name: 'awaitReply' }, actions: [] } : fail('bad-header')
    const { offers } = state.input
    if (event.type === 'recv.protocol' && event.name === offers[state.tried - 1]) return { state: { name: 'done' }, actions: [stop, { type: 'selected', name: event.name }] }
    if (event.type !== 'recv.na') return fail('unexpected-message')
    if (state.tried >= offers.length) return fail('not-supported', [{ type: 'close' }])
    return { state: { ...state, tried: state.tried + 1 }, actions: [{ type: 'send.protocol', name: offers[state.tried] ?? '' }] }
  },
}
export const responderRole: MachineRole<ResponderInput, ResponderState, Event, Action> = {
  ...shared,
  role: 'responder',
  start: (input) => ({ state: { name: 'awaitHeader', input, refusals: 0 }, actions: [start] }),
  step(state, event) {
    if (state.name === 'done' || state.name === 'failed') return { state, actions: [] }
    const any = anyState(event)
    if (any !== undefined) return any
    if (state.name === 'awaitHeader') return event.type === 'recv.header' ? { state: { ...state, name: 'awaitProposal' }, actions: [header] } : fail('bad-header')
    if (event.type === 'recv.protocol' && state.input.supported.includes(event.name)) {
      return { state: { name: 'done' }, actions: [stop, { type: 'send.protocol', name: event.name }, { type: 'selected', name: event.name }] }
    }
    if (event.type !== 'recv.protocol' && event.type !== 'recv.ls') return fail('unexpected-message')
    if (state.refusals === 32) return fail('too-many-proposals')
    return {
      state: { ...state, refusals: state.refusals + 1 },
      actions: event.type === 'recv.ls' ? [{ type: 'send.lsReply', message: { protocols: state.input.supported } }] : na,
    }
  },
}
