// Generated from spec/common/limits.yaml#noise sha256:ec35b5298a794650ea06e8eacd63f7d8ba832f834b6c88c585fd2533ae5c5ac8
// Generated from spec/protocols/noise/layout.yaml sha256:b78d05a3dd4a5acf8dd5bb08b4ea65fa3313bd6f4e82f589a88e5563d750a8c1
// Generated from spec/protocols/noise/machine.yaml sha256:6ca389c1fa25296d9963d6b9a1983c8cc897449b89dc0bf85104833e65d06ce4
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable } from '../../common/machine-values.ts';
import type { PeerId } from '../../interfaces/connection.ts';
import type { NoiseErrorCode } from './errors.ts';
import { noiseErrors } from './errors.ts';
/** Protocol ids, and who plays which role on a stream. */
export const noiseProtocols = {
  '/noise': { opener: 'initiator', acceptor: 'responder' },
} as const;

/** Pure functions that the machine asks; its owner brings them. */
export interface NoisePredicates {
  /** The bytes are a public key of a known type in its one encoding and of a legal size. */
  validKey(bytes: Uint8Array): boolean;
  /** Identity key, static key, signature: the signature is good. */
  signed(bytes1: Uint8Array, bytes2: Uint8Array, bytes3: Uint8Array): boolean;
  /** The peer id belongs to the public key. */
  keyOf(bytes: Uint8Array, peer: PeerId): boolean;
  /** Both lists name something and share nothing. */
  disjoint(texts1: readonly string[], texts2: readonly string[]): boolean;
  /** The first of the first list that the second holds. */
  firstCommon(texts1: readonly string[], texts2: readonly string[]): string | undefined;
}

const framing: Framing = { kind: 'u16be-prefixed', limit: 16384 };
const timers = { handshake: 10000 };

/** The side that dialled. */
export interface InitiatorInput {
  readonly expected?: PeerId | undefined;
  readonly localEphemeral: Uint8Array;
  readonly localStatic: Uint8Array;
  readonly localIdentity: Uint8Array;
  readonly localSignature: Uint8Array;
  readonly localMuxers: readonly string[];
  readonly localHashes: readonly Uint8Array[];
}

export type InitiatorState =
    | { readonly name: 'awaitResponse'; readonly input: InitiatorInput }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: NoiseErrorCode };
export type InitiatorEvent =
    | { readonly type: 'recv.response'; readonly opened: boolean; readonly wellFormed: boolean; readonly staticKey: Uint8Array; readonly identityKey: Uint8Array; readonly identitySignature: Uint8Array; readonly muxers: readonly string[]; readonly certificateHashes: readonly Uint8Array[] }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.handshake' };
export type InitiatorAction =
    | { readonly type: 'timer.start'; readonly timer: 'handshake' }
    | { readonly type: 'send.hello'; readonly ephemeral: Uint8Array; readonly usable: boolean; readonly bare: boolean }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'handshake' }
    | { readonly type: 'send.finish'; readonly opened: boolean; readonly wellFormed: boolean; readonly staticKey: Uint8Array; readonly identityKey: Uint8Array; readonly identitySignature: Uint8Array; readonly muxers: readonly string[]; readonly certificateHashes: readonly Uint8Array[] }
    | { readonly type: 'secured'; readonly identityKey: Uint8Array; readonly muxer: string | undefined; readonly certificateHashes: readonly Uint8Array[] };
type InitiatorTransition = Transition<InitiatorState, InitiatorAction>;

/** The side that listened. */
export interface ResponderInput {
  readonly localStatic: Uint8Array;
  readonly localIdentity: Uint8Array;
  readonly localSignature: Uint8Array;
  readonly localMuxers: readonly string[];
  readonly localHashes: readonly Uint8Array[];
  readonly expected?: PeerId | undefined;
}

export type ResponderState =
    | { readonly name: 'awaitHello'; readonly input: ResponderInput }
    | { readonly name: 'awaitFinish'; readonly input: ResponderInput }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: NoiseErrorCode };
export type ResponderEvent =
    | { readonly type: 'recv.hello'; readonly ephemeral: Uint8Array; readonly usable: boolean; readonly bare: boolean }
    | { readonly type: 'recv.finish'; readonly opened: boolean; readonly wellFormed: boolean; readonly staticKey: Uint8Array; readonly identityKey: Uint8Array; readonly identitySignature: Uint8Array; readonly muxers: readonly string[]; readonly certificateHashes: readonly Uint8Array[] }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.handshake' };
export type ResponderAction =
    | { readonly type: 'timer.start'; readonly timer: 'handshake' }
    | { readonly type: 'reset' }
    | { readonly type: 'send.response'; readonly opened: boolean; readonly wellFormed: boolean; readonly staticKey: Uint8Array; readonly identityKey: Uint8Array; readonly identitySignature: Uint8Array; readonly muxers: readonly string[]; readonly certificateHashes: readonly Uint8Array[] }
    | { readonly type: 'timer.stop'; readonly timer: 'handshake' }
    | { readonly type: 'secured'; readonly identityKey: Uint8Array; readonly muxer: string | undefined; readonly certificateHashes: readonly Uint8Array[] };
type ResponderTransition = Transition<ResponderState, ResponderAction>;
const malformed = { type: 'recv.malformed' } as const;
const initiatorDoReset: readonly InitiatorAction[] = [{ type: 'reset' }];
const initiatorToFailedUndecryptableDoReset: InitiatorTransition = { state: { name: 'failed', error: 'undecryptable' }, actions: initiatorDoReset };
const initiatorToFailedMalformedDoReset: InitiatorTransition = { state: { name: 'failed', error: 'malformed' }, actions: initiatorDoReset };
const initiatorToFailedBadKeyDoReset: InitiatorTransition = { state: { name: 'failed', error: 'bad-key' }, actions: initiatorDoReset };
const initiatorToFailedBadSignatureDoReset: InitiatorTransition = { state: { name: 'failed', error: 'bad-signature' }, actions: initiatorDoReset };
const initiatorToFailedWrongPeerDoReset: InitiatorTransition = { state: { name: 'failed', error: 'wrong-peer' }, actions: initiatorDoReset };
const initiatorToFailedNoCommonMuxerDoReset: InitiatorTransition = { state: { name: 'failed', error: 'no-common-muxer' }, actions: initiatorDoReset };
const initiatorDone: InitiatorState = { name: 'done' };
const initiatorToFailedClosedDoReset: InitiatorTransition = { state: { name: 'failed', error: 'closed' }, actions: initiatorDoReset };
const initiatorDoNothing: readonly InitiatorAction[] = [];
const initiatorToFailedClosed: InitiatorTransition = { state: { name: 'failed', error: 'closed' }, actions: initiatorDoNothing };
const initiatorToFailedTimeoutDoReset: InitiatorTransition = { state: { name: 'failed', error: 'timeout' }, actions: initiatorDoReset };

/** The initiator's first state, and what it does at once. */
export function startInitiator(input: InitiatorInput): InitiatorTransition {
  return { state: { name: 'awaitResponse', input }, actions: [{ type: 'timer.start', timer: 'handshake' }, { type: 'send.hello', ephemeral: input.localEphemeral, usable: true, bare: true }] };
}

/** What one event does to the initiator. */
export function stepInitiator(state: InitiatorState, event: InitiatorEvent, predicates: NoisePredicates): InitiatorTransition {
  switch (state.name) {
    case 'awaitResponse':
      switch (event.type) {
        case 'recv.response': // NOISE-XX-3 NOISE-NAME-1 NOISE-PAY-1 NOISE-AUTH-2 NOISE-RSA-1 NOISE-AUTH-3 NOISE-AUTH-4 NOISE-AUTH-5 NOISE-MUX-3 NOISE-XX-1 NOISE-XX-2 NOISE-AUTH-1 NOISE-EXT-1 NOISE-EXT-3 NOISE-MUX-1 NOISE-MUX-2 NOISE-EARLY-1
          if (!event.opened) {
            return initiatorToFailedUndecryptableDoReset;
          }
          if (!event.wellFormed) {
            return initiatorToFailedMalformedDoReset;
          }
          if (!predicates.validKey(event.identityKey)) {
            return initiatorToFailedBadKeyDoReset;
          }
          if (!predicates.signed(event.identityKey, event.staticKey, event.identitySignature)) {
            return initiatorToFailedBadSignatureDoReset;
          }
          if (state.input.expected !== undefined && !predicates.keyOf(event.identityKey, state.input.expected)) {
            return initiatorToFailedWrongPeerDoReset;
          }
          if (predicates.disjoint(state.input.localMuxers, event.muxers)) {
            return initiatorToFailedNoCommonMuxerDoReset;
          }
          return { state: initiatorDone, actions: [{ type: 'timer.stop', timer: 'handshake' }, { type: 'send.finish', opened: true, wellFormed: true, staticKey: state.input.localStatic, identityKey: state.input.localIdentity, identitySignature: state.input.localSignature, muxers: state.input.localMuxers, certificateHashes: state.input.localHashes }, { type: 'secured', identityKey: event.identityKey, muxer: predicates.firstCommon(state.input.localMuxers, event.muxers), certificateHashes: event.certificateHashes }] };
        case 'recv.malformed': // NOISE-FRAME-1 NOISE-LIMIT-1
          return initiatorToFailedMalformedDoReset;
        case 'io.eof':
          return initiatorToFailedClosedDoReset;
        case 'io.reset':
          return initiatorToFailedClosed;
        case 'timer.handshake': // NOISE-TIME-1
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

function decodeInitiator(_payload: Uint8Array): InitiatorEvent {
  return malformed;
}

function encodeInitiator(action: InitiatorAction): Uint8Array {
  return notEncodable(action.type);
}

/** The side that dialled. Ready for the driver. */
export function initiatorRole(predicates: NoisePredicates): MachineRole<InitiatorInput, InitiatorState, InitiatorEvent, InitiatorAction> {
  return {
  protocol: 'noise',
  role: 'initiator',
  framing,
  timers,
  drained: false,
  errors: noiseErrors,
  start: startInitiator,
  step: (state, event) => stepInitiator(state, event, predicates),
  decode: decodeInitiator,
  encode: encodeInitiator,
  };
}

const responderDoTimerStartHandshake: readonly ResponderAction[] = [{ type: 'timer.start', timer: 'handshake' }];
const responderDoReset: readonly ResponderAction[] = [{ type: 'reset' }];
const responderToFailedWeakKeyDoReset: ResponderTransition = { state: { name: 'failed', error: 'weak-key' }, actions: responderDoReset };
const responderToFailedUnexpectedMessageDoReset: ResponderTransition = { state: { name: 'failed', error: 'unexpected-message' }, actions: responderDoReset };
const responderToFailedMalformedDoReset: ResponderTransition = { state: { name: 'failed', error: 'malformed' }, actions: responderDoReset };
const responderToFailedClosedDoReset: ResponderTransition = { state: { name: 'failed', error: 'closed' }, actions: responderDoReset };
const responderDoNothing: readonly ResponderAction[] = [];
const responderToFailedClosed: ResponderTransition = { state: { name: 'failed', error: 'closed' }, actions: responderDoNothing };
const responderToFailedTimeoutDoReset: ResponderTransition = { state: { name: 'failed', error: 'timeout' }, actions: responderDoReset };
const responderToFailedUndecryptableDoReset: ResponderTransition = { state: { name: 'failed', error: 'undecryptable' }, actions: responderDoReset };
const responderToFailedBadKeyDoReset: ResponderTransition = { state: { name: 'failed', error: 'bad-key' }, actions: responderDoReset };
const responderToFailedBadSignatureDoReset: ResponderTransition = { state: { name: 'failed', error: 'bad-signature' }, actions: responderDoReset };
const responderToFailedWrongPeerDoReset: ResponderTransition = { state: { name: 'failed', error: 'wrong-peer' }, actions: responderDoReset };
const responderToFailedNoCommonMuxerDoReset: ResponderTransition = { state: { name: 'failed', error: 'no-common-muxer' }, actions: responderDoReset };
const responderDone: ResponderState = { name: 'done' };

/** The responder's first state, and what it does at once. */
export function startResponder(input: ResponderInput): ResponderTransition {
  return { state: { name: 'awaitHello', input }, actions: responderDoTimerStartHandshake };
}

/** What one event does to the responder. */
export function stepResponder(state: ResponderState, event: ResponderEvent, predicates: NoisePredicates): ResponderTransition {
  switch (state.name) {
    case 'awaitHello':
      switch (event.type) {
        case 'recv.hello': // NOISE-DH-2 NOISE-XX-1 NOISE-XX-2 NOISE-AUTH-1 NOISE-EXT-1 NOISE-EXT-3
          if (!event.usable) {
            return responderToFailedWeakKeyDoReset;
          }
          if (!event.bare) {
            return { state: { name: 'awaitFinish', input: state.input }, actions: [{ type: 'send.response', opened: true, wellFormed: true, staticKey: state.input.localStatic, identityKey: state.input.localIdentity, identitySignature: state.input.localSignature, muxers: state.input.localMuxers, certificateHashes: state.input.localHashes }] };
          }
          return { state: { name: 'awaitFinish', input: state.input }, actions: [{ type: 'send.response', opened: true, wellFormed: true, staticKey: state.input.localStatic, identityKey: state.input.localIdentity, identitySignature: state.input.localSignature, muxers: state.input.localMuxers, certificateHashes: state.input.localHashes }] };
        case 'recv.finish':
          return responderToFailedUnexpectedMessageDoReset;
        case 'recv.malformed': // NOISE-FRAME-1 NOISE-LIMIT-1
          return responderToFailedMalformedDoReset;
        case 'io.eof':
          return responderToFailedClosedDoReset;
        case 'io.reset':
          return responderToFailedClosed;
        case 'timer.handshake': // NOISE-TIME-1
          return responderToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'awaitFinish':
      switch (event.type) {
        case 'recv.hello':
          return responderToFailedUnexpectedMessageDoReset;
        case 'recv.finish': // NOISE-XX-3 NOISE-NAME-1 NOISE-PAY-1 NOISE-AUTH-2 NOISE-RSA-1 NOISE-AUTH-3 NOISE-AUTH-4 NOISE-AUTH-5 NOISE-MUX-3 NOISE-XX-1 NOISE-MUX-1 NOISE-MUX-2 NOISE-EARLY-1
          if (!event.opened) {
            return responderToFailedUndecryptableDoReset;
          }
          if (!event.wellFormed) {
            return responderToFailedMalformedDoReset;
          }
          if (!predicates.validKey(event.identityKey)) {
            return responderToFailedBadKeyDoReset;
          }
          if (!predicates.signed(event.identityKey, event.staticKey, event.identitySignature)) {
            return responderToFailedBadSignatureDoReset;
          }
          if (state.input.expected !== undefined && !predicates.keyOf(event.identityKey, state.input.expected)) {
            return responderToFailedWrongPeerDoReset;
          }
          if (predicates.disjoint(event.muxers, state.input.localMuxers)) {
            return responderToFailedNoCommonMuxerDoReset;
          }
          return { state: responderDone, actions: [{ type: 'timer.stop', timer: 'handshake' }, { type: 'secured', identityKey: event.identityKey, muxer: predicates.firstCommon(event.muxers, state.input.localMuxers), certificateHashes: event.certificateHashes }] };
        case 'recv.malformed': // NOISE-FRAME-1 NOISE-LIMIT-1
          return responderToFailedMalformedDoReset;
        case 'io.eof':
          return responderToFailedClosedDoReset;
        case 'io.reset':
          return responderToFailedClosed;
        case 'timer.handshake': // NOISE-TIME-1
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

function decodeResponder(_payload: Uint8Array): ResponderEvent {
  return malformed;
}

function encodeResponder(action: ResponderAction): Uint8Array {
  return notEncodable(action.type);
}

/** The side that listened. Ready for the driver. */
export function responderRole(predicates: NoisePredicates): MachineRole<ResponderInput, ResponderState, ResponderEvent, ResponderAction> {
  return {
  protocol: 'noise',
  role: 'responder',
  framing,
  timers,
  drained: false,
  errors: noiseErrors,
  start: startResponder,
  step: (state, event) => stepResponder(state, event, predicates),
  decode: decodeResponder,
  encode: encodeResponder,
  };
}
