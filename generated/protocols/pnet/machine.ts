// Generated from spec/common/limits.yaml#pnet sha256:423585b7a7ff8d9a73ad4f0a168e7166e615d27fb885fa8eea619504ceb37295
// Generated from spec/protocols/pnet/layout.yaml sha256:7cebf8e55ca0f80a47029bcc7e6a714915cf01419940d77164f5f4194a93879a
// Generated from spec/protocols/pnet/machine.yaml sha256:efa64b7d1cf2e3dba63ee627b549cb4bdecf54fb9f1aaa8abec11b24e60488c2
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable } from '../../common/machine-values.ts';
import type { PnetErrorCode } from './errors.ts';
import { pnetErrors } from './errors.ts';

/** Pure functions that the machine asks; its owner brings them. */
export interface PnetPredicates {
  /** The bytes are the beginning of a connection that is in no private network. */
  isPublicHello(bytes: Uint8Array): boolean;
}

const framing: Framing = { kind: 'fixed', length: 24 };
const timers = { nonce: 10000 };

/** What the dialer is given at its start. */
export interface DialerInput {
  readonly own: Uint8Array;
}

export type DialerState =
    | { readonly name: 'awaitNonce'; readonly input: DialerInput }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: PnetErrorCode };
export type DialerEvent =
    | { readonly type: 'recv.nonce'; readonly nonce: Uint8Array }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.nonce' };
export type DialerAction =
    | { readonly type: 'timer.start'; readonly timer: 'nonce' }
    | { readonly type: 'send.nonce'; readonly nonce: Uint8Array }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'nonce' }
    | { readonly type: 'opened'; readonly nonce: Uint8Array };
type DialerTransition = Transition<DialerState, DialerAction>;

/** What the listener is given at its start. */
export interface ListenerInput {
  readonly own: Uint8Array;
}

export type ListenerState =
    | { readonly name: 'awaitNonce'; readonly input: ListenerInput }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: PnetErrorCode };
export type ListenerEvent =
    | { readonly type: 'recv.nonce'; readonly nonce: Uint8Array }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.nonce' };
export type ListenerAction =
    | { readonly type: 'timer.start'; readonly timer: 'nonce' }
    | { readonly type: 'send.nonce'; readonly nonce: Uint8Array }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'nonce' }
    | { readonly type: 'opened'; readonly nonce: Uint8Array };
type ListenerTransition = Transition<ListenerState, ListenerAction>;
const malformed = { type: 'recv.malformed' } as const;
/** Every message that the machine encodes, whichever role sends it. */
export type PnetMessage =
    | { readonly type: 'send.nonce'; readonly nonce: Uint8Array };

/** A message → payload without framing; `bytes` messages are passed on, not copied. */
export function encodeMessage(action: PnetMessage): Uint8Array {
  return action.nonce;
}

const dialerDoReset: readonly DialerAction[] = [{ type: 'reset' }];
const dialerToFailedPublicRemoteDoReset: DialerTransition = { state: { name: 'failed', error: 'public-remote' }, actions: dialerDoReset };
const dialerDone: DialerState = { name: 'done' };
const dialerToFailedMalformedDoReset: DialerTransition = { state: { name: 'failed', error: 'malformed' }, actions: dialerDoReset };
const dialerToFailedClosedDoReset: DialerTransition = { state: { name: 'failed', error: 'closed' }, actions: dialerDoReset };
const dialerDoNothing: readonly DialerAction[] = [];
const dialerToFailedClosed: DialerTransition = { state: { name: 'failed', error: 'closed' }, actions: dialerDoNothing };
const dialerToFailedTimeoutDoReset: DialerTransition = { state: { name: 'failed', error: 'timeout' }, actions: dialerDoReset };

/** The dialer's first state, and what it does at once. */
export function startDialer(input: DialerInput): DialerTransition {
  return { state: { name: 'awaitNonce', input }, actions: [{ type: 'timer.start', timer: 'nonce' }, { type: 'send.nonce', nonce: input.own }] };
}

/** What one event does to the dialer. */
export function stepDialer(state: DialerState, event: DialerEvent, predicates: PnetPredicates): DialerTransition {
  switch (state.name) {
    case 'awaitNonce':
      switch (event.type) {
        case 'recv.nonce': // PNET-PUBLIC-1 PNET-NONCE-1 PNET-DATA-1
          if (predicates.isPublicHello(event.nonce)) {
            return dialerToFailedPublicRemoteDoReset;
          }
          return { state: dialerDone, actions: [{ type: 'timer.stop', timer: 'nonce' }, { type: 'opened', nonce: event.nonce }] };
        case 'recv.malformed': // PNET-NONCE-1
          return dialerToFailedMalformedDoReset;
        case 'io.eof':
          return dialerToFailedClosedDoReset;
        case 'io.reset':
          return dialerToFailedClosed;
        case 'timer.nonce': // PNET-TIME-1
          return dialerToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: dialerDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeDialer(payload: Uint8Array): DialerEvent {
  if (payload.length === 24) return { type: 'recv.nonce', nonce: payload };
  return malformed;
}

function encodeDialer(action: DialerAction): Uint8Array {
  switch (action.type) {
    case 'send.nonce':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The dialer, ready for the driver. */
export function dialerRole(predicates: PnetPredicates): MachineRole<DialerInput, DialerState, DialerEvent, DialerAction> {
  return {
  protocol: 'pnet',
  role: 'dialer',
  framing,
  timers,
  drained: false,
  errors: pnetErrors,
  start: startDialer,
  step: (state, event) => stepDialer(state, event, predicates),
  decode: decodeDialer,
  encode: encodeDialer,
  };
}

const listenerDoReset: readonly ListenerAction[] = [{ type: 'reset' }];
const listenerToFailedPublicRemoteDoReset: ListenerTransition = { state: { name: 'failed', error: 'public-remote' }, actions: listenerDoReset };
const listenerDone: ListenerState = { name: 'done' };
const listenerToFailedMalformedDoReset: ListenerTransition = { state: { name: 'failed', error: 'malformed' }, actions: listenerDoReset };
const listenerToFailedClosedDoReset: ListenerTransition = { state: { name: 'failed', error: 'closed' }, actions: listenerDoReset };
const listenerDoNothing: readonly ListenerAction[] = [];
const listenerToFailedClosed: ListenerTransition = { state: { name: 'failed', error: 'closed' }, actions: listenerDoNothing };
const listenerToFailedTimeoutDoReset: ListenerTransition = { state: { name: 'failed', error: 'timeout' }, actions: listenerDoReset };

/** The listener's first state, and what it does at once. */
export function startListener(input: ListenerInput): ListenerTransition {
  return { state: { name: 'awaitNonce', input }, actions: [{ type: 'timer.start', timer: 'nonce' }, { type: 'send.nonce', nonce: input.own }] };
}

/** What one event does to the listener. */
export function stepListener(state: ListenerState, event: ListenerEvent, predicates: PnetPredicates): ListenerTransition {
  switch (state.name) {
    case 'awaitNonce':
      switch (event.type) {
        case 'recv.nonce': // PNET-PUBLIC-1 PNET-NONCE-1 PNET-DATA-1
          if (predicates.isPublicHello(event.nonce)) {
            return listenerToFailedPublicRemoteDoReset;
          }
          return { state: listenerDone, actions: [{ type: 'timer.stop', timer: 'nonce' }, { type: 'opened', nonce: event.nonce }] };
        case 'recv.malformed': // PNET-NONCE-1
          return listenerToFailedMalformedDoReset;
        case 'io.eof':
          return listenerToFailedClosedDoReset;
        case 'io.reset':
          return listenerToFailedClosed;
        case 'timer.nonce': // PNET-TIME-1
          return listenerToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: listenerDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeListener(payload: Uint8Array): ListenerEvent {
  if (payload.length === 24) return { type: 'recv.nonce', nonce: payload };
  return malformed;
}

function encodeListener(action: ListenerAction): Uint8Array {
  switch (action.type) {
    case 'send.nonce':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The listener, ready for the driver. */
export function listenerRole(predicates: PnetPredicates): MachineRole<ListenerInput, ListenerState, ListenerEvent, ListenerAction> {
  return {
  protocol: 'pnet',
  role: 'listener',
  framing,
  timers,
  drained: false,
  errors: pnetErrors,
  start: startListener,
  step: (state, event) => stepListener(state, event, predicates),
  decode: decodeListener,
  encode: encodeListener,
  };
}
