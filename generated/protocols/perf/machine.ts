// Seed, until the generator writes this file from spec/protocols/perf/machine.yaml.
import type { MachineRole, Transition } from '../../common/machine.ts'

export type PerfErrorCode = 'malformed' | 'early-data' | 'too-much' | 'too-little' | 'closed' | 'timeout'
type Final = { readonly name: 'done' } | { readonly name: 'failed'; readonly error: PerfErrorCode }
type Shared = { readonly type: 'recv.malformed' | 'io.eof' | 'io.reset' | 'io.drained' } | { readonly type: 'recv.data'; readonly length: bigint }
export type ClientEvent = Shared | { readonly type: 'timer.idle' }
export type ServerEvent = Shared | { readonly type: 'recv.request'; readonly downloadBytes: bigint } | { readonly type: 'timer.request' | 'timer.idle' }
type SharedAction = { readonly type: 'close' | 'closeWrite' | 'reset' } | { readonly type: 'send.data'; readonly length: bigint }
export type ClientAction =
  | SharedAction
  | { readonly type: 'timer.start' | 'timer.stop'; readonly timer: 'idle' }
  | { readonly type: 'send.request'; readonly downloadBytes: bigint }
  | { readonly type: 'measured' }
export type ServerAction = SharedAction | { readonly type: 'timer.start' | 'timer.stop'; readonly timer: 'idle' | 'request' }
export interface ClientInput {
  readonly upload: bigint
  readonly download: bigint
}
export type ServerInput = Readonly<Record<string, never>>
export type ClientState = { readonly name: 'uploading' | 'downloading'; readonly missing: bigint } | Final
export type ServerState = { readonly name: 'awaitRequest' | 'uploading' | 'downloading'; readonly wanted: bigint } | Final

const reset: readonly { readonly type: 'reset' }[] = [{ type: 'reset' }]
function fail(error: PerfErrorCode, actions: readonly { readonly type: 'reset' }[] = reset): Transition<Final, { readonly type: 'reset' }> {
  return { state: { name: 'failed', error }, actions }
}
const shared = {
  protocol: 'perf',
  framing: { kind: 'manual' },
  timers: { request: 10_000, idle: 60_000 },
  drained: true,
  errors: {},
  decode: (): never => {
    throw new TypeError('perf cuts its own messages')
  },
  encode: (): never => {
    throw new TypeError('perf writes its own messages')
  },
} as const
export const clientRole: MachineRole<ClientInput, ClientState, ClientEvent, ClientAction> = {
  ...shared,
  role: 'client',
  start: ({ upload, download }) => ({
    state: { name: 'uploading', missing: download },
    actions: [{ type: 'timer.start', timer: 'idle' }, { type: 'send.request', downloadBytes: download }, { type: 'send.data', length: upload }],
  }),
  step(state, event) {
    if (state.name === 'done' || state.name === 'failed') return { state, actions: [] }
    switch (event.type) {
      case 'io.reset':
        return fail('closed', [])
      case 'timer.idle':
        return fail('timeout')
      case 'recv.malformed':
        return fail('malformed')
      case 'io.drained':
        return state.name === 'uploading' ? { state: { ...state, name: 'downloading' }, actions: [{ type: 'timer.start', timer: 'idle' }, { type: 'closeWrite' }] } : { state, actions: [] }
      case 'recv.data':
        if (state.name === 'uploading') return fail('early-data')
        return event.length <= state.missing ? { state: { ...state, missing: state.missing - event.length }, actions: [] } : fail('too-much')
      case 'io.eof':
        if (state.name === 'uploading' || state.missing !== 0n) return fail('too-little')
        return { state: { name: 'done' }, actions: [{ type: 'timer.stop', timer: 'idle' }, { type: 'close' }, { type: 'measured' }] }
    }
  },
}
export const serverRole: MachineRole<ServerInput, ServerState, ServerEvent, ServerAction> = {
  ...shared,
  role: 'server',
  start: () => ({ state: { name: 'awaitRequest', wanted: 0n }, actions: [{ type: 'timer.start', timer: 'request' }] }),
  step(state, event) {
    if (state.name === 'done' || state.name === 'failed') return { state, actions: [] }
    switch (event.type) {
      case 'io.reset':
        return fail('closed', [])
      case 'timer.idle':
      case 'timer.request':
        return fail('timeout')
      case 'recv.malformed':
        return fail('malformed')
      case 'io.drained':
        return state.name === 'downloading' ? { state: { name: 'done' }, actions: [{ type: 'timer.stop', timer: 'idle' }, { type: 'close' }] } : { state, actions: [] }
      case 'recv.request':
        if (state.name !== 'awaitRequest') return state.name === 'downloading' ? { state, actions: [] } : fail('malformed')
        return { state: { name: 'uploading', wanted: event.downloadBytes }, actions: [{ type: 'timer.stop', timer: 'request' }, { type: 'timer.start', timer: 'idle' }] }
      case 'recv.data':
        return state.name === 'awaitRequest' ? fail('malformed') : { state, actions: [] }
      case 'io.eof':
        if (state.name === 'awaitRequest') return fail('malformed')
        if (state.name === 'downloading') return { state, actions: [] }
        return { state: { ...state, name: 'downloading' }, actions: [{ type: 'timer.start', timer: 'idle' }, { type: 'send.data', length: state.wanted }] }
    }
  },
}
