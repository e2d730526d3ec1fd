// Generated from spec/common/limits.yaml#plaintext sha256:efc9a082ba03ab41d614159e17e6053443f35f7e72ca85fad0c2d8cde27c6938
// Generated from spec/protocols/plaintext/machine.yaml sha256:30224a5c60ec6b4fc13e1980640283fdb7833e6611f22d12e72036c30ac6140f
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable } from '../../common/machine-values.ts';
import { DecodeError } from '../../common/decode-error.ts';
import type { PeerId } from '../../interfaces/connection.ts';
import type { PlaintextErrorCode } from './errors.ts';
import { plaintextErrors } from './errors.ts';
import type { Exchange } from './messages.ts';
import { decodeExchange, encodeExchange } from './messages.ts';
/** Protocol ids, and who plays which role on a stream. */
export const plaintextProtocols = {
  '/plaintext/2.0.0': { opener: 'initiator', acceptor: 'responder' },
} as const;

/** Pure functions that the machine asks; its owner brings them. */
export interface PlaintextPredicates {
  /** The bytes are a public key of a known type in its one encoding and of a legal size. */
  validKey(bytes: Uint8Array): boolean;
  /** Public key, peer id in binary form: the id is the key's. */
  names(bytes1: Uint8Array, bytes2: Uint8Array): boolean;
  /** The peer id belongs to the public key. */
  keyOf(bytes: Uint8Array, peer: PeerId): boolean;
}

const framing: Framing = { kind: 'uvarint-prefixed', limit: 1152, sendLimit: 1152, suffix: null };
const timers = { handshake: 10000 };

/** The side that dialled. */
export interface InitiatorInput {
  readonly expected?: PeerId | undefined;
  readonly self: Exchange;
}

export type InitiatorState =
    | { readonly name: 'awaitExchange'; readonly input: InitiatorInput }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: PlaintextErrorCode };
export type InitiatorEvent =
    | { readonly type: 'recv.exchange'; readonly message: Exchange }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.handshake' };
export type InitiatorAction =
    | { readonly type: 'timer.start'; readonly timer: 'handshake' }
    | { readonly type: 'send.exchange'; readonly message: Exchange }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'handshake' }
    | { readonly type: 'secured'; readonly identityKey: Uint8Array };
type InitiatorTransition = Transition<InitiatorState, InitiatorAction>;

/** The side that listened. */
export interface ResponderInput {
  readonly expected?: PeerId | undefined;
  readonly self: Exchange;
}

export type ResponderState =
    | { readonly name: 'awaitExchange'; readonly input: ResponderInput }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: PlaintextErrorCode };
export type ResponderEvent =
    | { readonly type: 'recv.exchange'; readonly message: Exchange }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.handshake' };
export type ResponderAction =
    | { readonly type: 'timer.start'; readonly timer: 'handshake' }
    | { readonly type: 'send.exchange'; readonly message: Exchange }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'handshake' }
    | { readonly type: 'secured'; readonly identityKey: Uint8Array };
type ResponderTransition = Transition<ResponderState, ResponderAction>;
const malformed = { type: 'recv.malformed' } as const;
/** Every message that the machine encodes, whichever role sends it. */
export type PlaintextMessage =
    | { readonly type: 'send.exchange'; readonly message: Exchange };

/** A message → payload without framing; `bytes` messages are passed on, not copied. */
export function encodeMessage(action: PlaintextMessage): Uint8Array {
  return encodeExchange(action.message);
}

const initiatorDoReset: readonly InitiatorAction[] = [{ type: 'reset' }];
const initiatorToFailedIncompleteDoReset: InitiatorTransition = { state: { name: 'failed', error: 'incomplete' }, actions: initiatorDoReset };
const initiatorToFailedBadKeyDoReset: InitiatorTransition = { state: { name: 'failed', error: 'bad-key' }, actions: initiatorDoReset };
const initiatorToFailedForeignIdDoReset: InitiatorTransition = { state: { name: 'failed', error: 'foreign-id' }, actions: initiatorDoReset };
const initiatorToFailedWrongPeerDoReset: InitiatorTransition = { state: { name: 'failed', error: 'wrong-peer' }, actions: initiatorDoReset };
const initiatorDone: InitiatorState = { name: 'done' };
const initiatorToFailedMalformedDoReset: InitiatorTransition = { state: { name: 'failed', error: 'malformed' }, actions: initiatorDoReset };
const initiatorToFailedClosedDoReset: InitiatorTransition = { state: { name: 'failed', error: 'closed' }, actions: initiatorDoReset };
const initiatorDoNothing: readonly InitiatorAction[] = [];
const initiatorToFailedClosed: InitiatorTransition = { state: { name: 'failed', error: 'closed' }, actions: initiatorDoNothing };
const initiatorToFailedTimeoutDoReset: InitiatorTransition = { state: { name: 'failed', error: 'timeout' }, actions: initiatorDoReset };

/** The initiator's first state, and what it does at once. */
export function startInitiator(input: InitiatorInput): InitiatorTransition {
  return { state: { name: 'awaitExchange', input }, actions: [{ type: 'timer.start', timer: 'handshake' }, { type: 'send.exchange', message: input.self }] };
}

/** What one event does to the initiator. */
export function stepInitiator(state: InitiatorState, event: InitiatorEvent, predicates: PlaintextPredicates): InitiatorTransition {
  switch (state.name) {
    case 'awaitExchange':
      switch (event.type) {
        case 'recv.exchange': // PLAIN-CHECK-1 PLAIN-END-1 PLAIN-KEY-1 PLAIN-PEER-1 PLAIN-FRAME-2
          if (!(event.message.id !== undefined) || !(event.message.pubkey !== undefined)) {
            return initiatorToFailedIncompleteDoReset;
          }
          if (!predicates.validKey(event.message.pubkey)) {
            return initiatorToFailedBadKeyDoReset;
          }
          if (!predicates.names(event.message.pubkey, event.message.id)) {
            return initiatorToFailedForeignIdDoReset;
          }
          if (state.input.expected !== undefined && !predicates.keyOf(event.message.pubkey, state.input.expected)) {
            return initiatorToFailedWrongPeerDoReset;
          }
          return { state: initiatorDone, actions: [{ type: 'timer.stop', timer: 'handshake' }, { type: 'secured', identityKey: event.message.pubkey }] };
        case 'recv.malformed': // PLAIN-FRAME-1 PLAIN-LIMIT-1
          return initiatorToFailedMalformedDoReset;
        case 'io.eof':
          return initiatorToFailedClosedDoReset;
        case 'io.reset':
          return initiatorToFailedClosed;
        case 'timer.handshake': // PLAIN-TIME-1 PLAIN-END-1
          return initiatorToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: initiatorDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeInitiator(payload: Uint8Array): InitiatorEvent {
  try {
    return { type: 'recv.exchange', message: decodeExchange(payload) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  return malformed;
}

function encodeInitiator(action: InitiatorAction): Uint8Array {
  switch (action.type) {
    case 'send.exchange':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The side that dialled. Ready for the driver. */
export function initiatorRole(predicates: PlaintextPredicates): MachineRole<InitiatorInput, InitiatorState, InitiatorEvent, InitiatorAction> {
  return {
  protocol: 'plaintext',
  role: 'initiator',
  framing,
  timers,
  drained: false,
  errors: plaintextErrors,
  start: startInitiator,
  step: (state, event) => stepInitiator(state, event, predicates),
  decode: decodeInitiator,
  encode: encodeInitiator,
  };
}

const responderDoReset: readonly ResponderAction[] = [{ type: 'reset' }];
const responderToFailedIncompleteDoReset: ResponderTransition = { state: { name: 'failed', error: 'incomplete' }, actions: responderDoReset };
const responderToFailedBadKeyDoReset: ResponderTransition = { state: { name: 'failed', error: 'bad-key' }, actions: responderDoReset };
const responderToFailedForeignIdDoReset: ResponderTransition = { state: { name: 'failed', error: 'foreign-id' }, actions: responderDoReset };
const responderToFailedWrongPeerDoReset: ResponderTransition = { state: { name: 'failed', error: 'wrong-peer' }, actions: responderDoReset };
const responderDone: ResponderState = { name: 'done' };
const responderToFailedMalformedDoReset: ResponderTransition = { state: { name: 'failed', error: 'malformed' }, actions: responderDoReset };
const responderToFailedClosedDoReset: ResponderTransition = { state: { name: 'failed', error: 'closed' }, actions: responderDoReset };
const responderDoNothing: readonly ResponderAction[] = [];
const responderToFailedClosed: ResponderTransition = { state: { name: 'failed', error: 'closed' }, actions: responderDoNothing };
const responderToFailedTimeoutDoReset: ResponderTransition = { state: { name: 'failed', error: 'timeout' }, actions: responderDoReset };

/** The responder's first state, and what it does at once. */
export function startResponder(input: ResponderInput): ResponderTransition {
  return { state: { name: 'awaitExchange', input }, actions: [{ type: 'timer.start', timer: 'handshake' }, { type: 'send.exchange', message: input.self }] };
}

/** What one event does to the responder. */
export function stepResponder(state: ResponderState, event: ResponderEvent, predicates: PlaintextPredicates): ResponderTransition {
  switch (state.name) {
    case 'awaitExchange':
      switch (event.type) {
        case 'recv.exchange': // PLAIN-CHECK-1 PLAIN-END-1 PLAIN-KEY-1 PLAIN-PEER-1 PLAIN-FRAME-2
          if (!(event.message.id !== undefined) || !(event.message.pubkey !== undefined)) {
            return responderToFailedIncompleteDoReset;
          }
          if (!predicates.validKey(event.message.pubkey)) {
            return responderToFailedBadKeyDoReset;
          }
          if (!predicates.names(event.message.pubkey, event.message.id)) {
            return responderToFailedForeignIdDoReset;
          }
          if (state.input.expected !== undefined && !predicates.keyOf(event.message.pubkey, state.input.expected)) {
            return responderToFailedWrongPeerDoReset;
          }
          return { state: responderDone, actions: [{ type: 'timer.stop', timer: 'handshake' }, { type: 'secured', identityKey: event.message.pubkey }] };
        case 'recv.malformed': // PLAIN-FRAME-1 PLAIN-LIMIT-1
          return responderToFailedMalformedDoReset;
        case 'io.eof':
          return responderToFailedClosedDoReset;
        case 'io.reset':
          return responderToFailedClosed;
        case 'timer.handshake': // PLAIN-TIME-1 PLAIN-END-1
          return responderToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: responderDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeResponder(payload: Uint8Array): ResponderEvent {
  try {
    return { type: 'recv.exchange', message: decodeExchange(payload) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  return malformed;
}

function encodeResponder(action: ResponderAction): Uint8Array {
  switch (action.type) {
    case 'send.exchange':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The side that listened. Ready for the driver. */
export function responderRole(predicates: PlaintextPredicates): MachineRole<ResponderInput, ResponderState, ResponderEvent, ResponderAction> {
  return {
  protocol: 'plaintext',
  role: 'responder',
  framing,
  timers,
  drained: false,
  errors: plaintextErrors,
  start: startResponder,
  step: (state, event) => stepResponder(state, event, predicates),
  decode: decodeResponder,
  encode: encodeResponder,
  };
}
