// Seed, until the generator writes this file from spec/protocols/ping/machine.yaml.
import type { MachineRole, Transition } from '../../common/machine.ts'

export type PingErrorCode = 'malformed' | 'wrong-payload' | 'unexpected-message' | 'closed' | 'timeout'
type Final = { readonly name: 'done' } | { readonly name: 'failed'; readonly error: PingErrorCode }
interface Payload {
  readonly type: 'recv.payload'
  readonly data: Uint8Array
}
export type ClientEvent =
  | Payload
  | { readonly type: 'recv.malformed' | 'io.eof' | 'io.reset' | 'timer.answer' | 'call.finish' }
  | { readonly type: 'call.ping'; readonly data: Uint8Array }
export type ServerEvent = Payload | { readonly type: 'recv.malformed' | 'io.eof' | 'io.reset' | 'timer.idle' }
type Shared = { readonly type: 'close' | 'reset' } | { readonly type: 'send.payload'; readonly data: Uint8Array }
export type ClientAction = Shared | { readonly type: 'timer.start' | 'timer.stop'; readonly timer: 'answer' } | { readonly type: 'answered' }
export type ServerAction = Shared | { readonly type: 'timer.start' | 'timer.stop'; readonly timer: 'idle' }
export interface ClientInput {
  readonly first: Uint8Array
}
export type ServerInput = Readonly<Record<string, never>>
export type ClientState = { readonly name: 'awaitEcho' | 'idle'; readonly sent: Uint8Array } | Final
export type ServerState = { readonly name: 'echoing' } | Final

const reset: readonly { readonly type: 'reset' }[] = [{ type: 'reset' }]
function fail(error: PingErrorCode, actions: readonly { readonly type: 'reset' }[] = reset): Transition<Final, { readonly type: 'reset' }> {
  return { state: { name: 'failed', error }, actions }
}
function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}
const shared = { protocol: 'ping', framing: { kind: 'fixed', length: 32 }, timers: { answer: 10_000, idle: 60_000 }, drained: false, errors: {} } as const
function decode(payload: Uint8Array): Payload {
  return { type: 'recv.payload', data: payload }
}
function encode(action: { readonly type: string }): Uint8Array {
  return 'data' in action && action.data instanceof Uint8Array ? action.data : new Uint8Array(0)
}
export const clientRole: MachineRole<ClientInput, ClientState, ClientEvent, ClientAction> = {
  ...shared,
  role: 'client',
  decode,
  encode,
  start: ({ first }) => ({ state: { name: 'awaitEcho', sent: first }, actions: [{ type: 'timer.start', timer: 'answer' }, { type: 'send.payload', data: first }] }),
  step(state, event) {
    if (state.name === 'done' || state.name === 'failed') return { state, actions: [] }
    if (event.type === 'io.reset') return fail('closed', [])
    if (event.type === 'recv.malformed') return fail('malformed')
    if (state.name === 'awaitEcho') {
      if (event.type === 'recv.payload') {
        return equal(event.data, state.sent) ? { state: { ...state, name: 'idle' }, actions: [{ type: 'timer.stop', timer: 'answer' }, { type: 'answered' }] } : fail('wrong-payload')
      }
      return event.type === 'timer.answer' ? fail('timeout') : fail(event.type === 'call.ping' ? 'unexpected-message' : 'closed')
    }
    switch (event.type) {
      case 'call.ping':
        return { state: { name: 'awaitEcho', sent: event.data }, actions: [{ type: 'timer.start', timer: 'answer' }, { type: 'send.payload', data: event.data }] }
      case 'call.finish':
      case 'io.eof':
        return { state: { name: 'done' }, actions: [{ type: 'close' }] }
      case 'recv.payload':
        return fail('unexpected-message')
      default:
        return { state, actions: [] }
    }
  },
}
export const serverRole: MachineRole<ServerInput, ServerState, ServerEvent, ServerAction> = {
  ...shared,
  role: 'server',
  decode,
  encode,
  start: () => ({ state: { name: 'echoing' }, actions: [{ type: 'timer.start', timer: 'idle' }] }),
  step(state, event) {
    if (state.name !== 'echoing') return { state, actions: [] }
    switch (event.type) {
      case 'recv.payload':
        return { state, actions: [{ type: 'timer.start', timer: 'idle' }, { type: 'send.payload', data: event.data }] }
      case 'recv.malformed':
        return fail('malformed')
      case 'io.eof':
        return { state: { name: 'done' }, actions: [{ type: 'timer.stop', timer: 'idle' }, { type: 'close' }] }
      case 'io.reset':
        return fail('closed', [])
      case 'timer.idle':
        return fail('timeout')
    }
  },
}
