// Seed, until the generator writes this file from spec/protocols/noise/machine.yaml.
import type { Transition } from '../../common/machine.ts'
import type { PeerId } from '../../interfaces/connection.ts'

export type NoiseErrorCode =
  | 'malformed' | 'weak-key' | 'undecryptable' | 'bad-key' | 'bad-signature' | 'wrong-peer' | 'no-common-muxer' | 'unexpected-message' | 'closed' | 'timeout'
export interface NoisePredicates {
  readonly validKey: (key: Uint8Array) => boolean
  readonly signed: (identityKey: Uint8Array, staticKey: Uint8Array, signature: Uint8Array) => boolean
  readonly keyOf: (key: Uint8Array, peer: PeerId) => boolean
  readonly disjoint: (one: readonly string[], other: readonly string[]) => boolean
  readonly firstCommon: (one: readonly string[], other: readonly string[]) => string | undefined
}
export interface InitiatorInput {
  readonly expected: PeerId | undefined
  readonly localEphemeral: Uint8Array
  readonly localStatic: Uint8Array
  readonly localIdentity: Uint8Array
  readonly localSignature: Uint8Array
  readonly localMuxers: readonly string[]
  readonly localHashes: readonly Uint8Array[]
}
export type ResponderInput = Omit<InitiatorInput, 'localEphemeral'>
interface Payload {
  readonly opened: boolean
  readonly wellFormed: boolean
  readonly staticKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly identitySignature: Uint8Array
  readonly muxers: readonly string[]
  readonly certificateHashes: readonly Uint8Array[]
}
type Shared = { readonly type: 'recv.malformed' } | { readonly type: 'io.eof' } | { readonly type: 'io.reset' } | { readonly type: 'timer.handshake' }
export type InitiatorEvent = Shared | ({ readonly type: 'recv.response' } & Payload)
export type ResponderEvent =
  | Shared
  | { readonly type: 'recv.hello'; readonly ephemeral: Uint8Array; readonly usable: boolean; readonly bare: boolean }
  | ({ readonly type: 'recv.finish' } & Payload)
type SharedAction =
  | { readonly type: 'timer.start'; readonly timer: 'handshake' }
  | { readonly type: 'timer.stop'; readonly timer: 'handshake' }
  | { readonly type: 'reset' }
  | { readonly type: 'secured'; readonly identityKey: Uint8Array; readonly muxer: string | undefined; readonly certificateHashes: readonly Uint8Array[] }
export type InitiatorAction =
  | SharedAction
  | { readonly type: 'send.hello'; readonly ephemeral: Uint8Array; readonly usable: boolean; readonly bare: boolean }
  | ({ readonly type: 'send.finish' } & Payload)
export type ResponderAction = SharedAction | ({ readonly type: 'send.response' } & Payload)
type Final = { readonly name: 'done' } | { readonly name: 'failed'; readonly error: NoiseErrorCode }
export type InitiatorState = { readonly name: 'awaitResponse'; readonly input: InitiatorInput } | Final
export type ResponderState = { readonly name: 'awaitHello'; readonly input: ResponderInput } | { readonly name: 'awaitFinish'; readonly input: ResponderInput } | Final

const reset = [{ type: 'reset' }] as const
const start = { type: 'timer.start', timer: 'handshake' } as const
const stop = { type: 'timer.stop', timer: 'handshake' } as const

function fail(error: NoiseErrorCode): { state: Final; actions: typeof reset } {
  return { state: { name: 'failed', error }, actions: reset }
}
function shared(event: Shared): { state: Final; actions: readonly { type: 'reset' }[] } {
  switch (event.type) {
    case 'recv.malformed':
      return fail('malformed')
    case 'io.eof':
      return fail('closed')
    case 'io.reset':
      return { state: { name: 'failed', error: 'closed' }, actions: [] }
    case 'timer.handshake':
      return fail('timeout')
  }
}
function offence(input: ResponderInput, event: Payload, predicates: NoisePredicates): NoiseErrorCode | undefined {
  if (!event.opened) return 'undecryptable'
  if (!event.wellFormed) return 'malformed'
  if (!predicates.validKey(event.identityKey)) return 'bad-key'
  if (!predicates.signed(event.identityKey, event.staticKey, event.identitySignature)) return 'bad-signature'
  if (input.expected !== undefined && !predicates.keyOf(event.identityKey, input.expected)) return 'wrong-peer'
  if (predicates.disjoint(input.localMuxers, event.muxers)) return 'no-common-muxer'
  return undefined
}
function payload(input: ResponderInput): Payload {
  return { opened: true, wellFormed: true, staticKey: input.localStatic, identityKey: input.localIdentity, identitySignature: input.localSignature, muxers: input.localMuxers, certificateHashes: input.localHashes }
}
export function startInitiator(input: InitiatorInput): Transition<InitiatorState, InitiatorAction> {
  return { state: { name: 'awaitResponse', input }, actions: [start, { type: 'send.hello', ephemeral: input.localEphemeral, usable: true, bare: true }] }
}
export function stepInitiator(state: InitiatorState, event: InitiatorEvent, predicates: NoisePredicates): Transition<InitiatorState, InitiatorAction> {
  if (state.name !== 'awaitResponse') return { state, actions: [] }
  if (event.type !== 'recv.response') return shared(event)
  const error = offence(state.input, event, predicates)
  if (error !== undefined) return fail(error)
  const muxer = predicates.firstCommon(state.input.localMuxers, event.muxers)
  return { state: { name: 'done' }, actions: [stop, { type: 'send.finish', ...payload(state.input) }, { type: 'secured', identityKey: event.identityKey, muxer, certificateHashes: event.certificateHashes }] }
}
export function startResponder(input: ResponderInput): Transition<ResponderState, ResponderAction> {
  return { state: { name: 'awaitHello', input }, actions: [start] }
}
export function stepResponder(state: ResponderState, event: ResponderEvent, predicates: NoisePredicates): Transition<ResponderState, ResponderAction> {
  if (state.name === 'done' || state.name === 'failed') return { state, actions: [] }
  if (event.type === 'recv.hello') {
    if (state.name !== 'awaitHello') return fail('unexpected-message')
    if (!event.usable) return fail('weak-key')
    return { state: { name: 'awaitFinish', input: state.input }, actions: [{ type: 'send.response', ...payload(state.input) }] }
  }
  if (event.type === 'recv.finish') {
    if (state.name !== 'awaitFinish') return fail('unexpected-message')
    const error = offence(state.input, event, predicates)
    if (error !== undefined) return fail(error)
    const muxer = predicates.firstCommon(event.muxers, state.input.localMuxers)
    return { state: { name: 'done' }, actions: [stop, { type: 'secured', identityKey: event.identityKey, muxer, certificateHashes: event.certificateHashes }] }
  }
  return shared(event)
}
