// Generated from spec/common/limits.yaml#multistream-select sha256:06ca7983cf25cb2627a7fc43ddfb30a54dadef3ca1e66aadb484f895848a2574
// Generated from spec/protocols/multistream-select/layout.yaml sha256:c37e6c77ebdd4b710f750837d927b474e44093aa1dce38b38333e7b680ee5ea8
// Generated from spec/protocols/multistream-select/machine.yaml sha256:7789ae81037d80bba4edce8117e1e210a55cb04844ca0200f24851860bb1c9ec
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { at, decodeText, encodeText, notEncodable, sameBytes } from '../../common/machine-values.ts';
import type { MultistreamSelectErrorCode } from './errors.ts';
import { multistreamSelectErrors } from './errors.ts';
import type { Listing } from './layout.ts';
import { encodeListing } from './layout.ts';
const maxRefusals = 32;
const framing: Framing = { kind: 'uvarint-prefixed', limit: 1024, sendLimit: 16383, suffix: encodeText('\n') };
const timers = { negotiate: 10000 };

/** What the initiator is given at its start. */
export interface InitiatorInput {
  readonly offers: readonly [string, ...string[]];
}

export type InitiatorState =
    | { readonly name: 'awaitHeader'; readonly input: InitiatorInput; readonly tried: number }
    | { readonly name: 'awaitReply'; readonly input: InitiatorInput; readonly tried: number }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: MultistreamSelectErrorCode };
export type InitiatorEvent =
    | { readonly type: 'recv.header' }
    | { readonly type: 'recv.na' }
    | { readonly type: 'recv.ls' }
    | { readonly type: 'recv.protocol'; readonly name: string }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.negotiate' };
export type InitiatorAction =
    | { readonly type: 'timer.start'; readonly timer: 'negotiate' }
    | { readonly type: 'send.header' }
    | { readonly type: 'send.protocol'; readonly name: string }
    | { readonly type: 'reset' }
    | { readonly type: 'close' }
    | { readonly type: 'timer.stop'; readonly timer: 'negotiate' }
    | { readonly type: 'selected'; readonly name: string };
type InitiatorTransition = Transition<InitiatorState, InitiatorAction>;

/** What the responder is given at its start. */
export interface ResponderInput {
  readonly supported: readonly string[];
}

export type ResponderState =
    | { readonly name: 'awaitHeader'; readonly input: ResponderInput; readonly refusals: number }
    | { readonly name: 'awaitProposal'; readonly input: ResponderInput; readonly refusals: number }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: MultistreamSelectErrorCode };
export type ResponderEvent =
    | { readonly type: 'recv.header' }
    | { readonly type: 'recv.na' }
    | { readonly type: 'recv.ls' }
    | { readonly type: 'recv.protocol'; readonly name: string }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.negotiate' };
export type ResponderAction =
    | { readonly type: 'timer.start'; readonly timer: 'negotiate' }
    | { readonly type: 'send.header' }
    | { readonly type: 'reset' }
    | { readonly type: 'send.lsReply'; readonly message: Listing }
    | { readonly type: 'send.na' }
    | { readonly type: 'timer.stop'; readonly timer: 'negotiate' }
    | { readonly type: 'send.protocol'; readonly name: string }
    | { readonly type: 'selected'; readonly name: string };
type ResponderTransition = Transition<ResponderState, ResponderAction>;
const headerBytes = encodeText('/multistream/1.0.0');
const naBytes = encodeText('na');
const lsBytes = encodeText('ls');
const recvHeader = { type: 'recv.header' } as const;
const recvNa = { type: 'recv.na' } as const;
const recvLs = { type: 'recv.ls' } as const;
const malformed = { type: 'recv.malformed' } as const;
/** Every message that the machine encodes, whichever role sends it. */
export type MultistreamSelectMessage =
    | { readonly type: 'send.header' }
    | { readonly type: 'send.na' }
    | { readonly type: 'send.ls' }
    | { readonly type: 'send.protocol'; readonly name: string }
    | { readonly type: 'send.lsReply'; readonly message: Listing };

/** A message → payload without framing; `bytes` messages are passed on, not copied. */
export function encodeMessage(action: MultistreamSelectMessage): Uint8Array {
  switch (action.type) {
    case 'send.header':
      return headerBytes;
    case 'send.na':
      return naBytes;
    case 'send.ls':
      return lsBytes;
    case 'send.protocol':
      return encodeText(action.name);
    case 'send.lsReply':
      return encodeListing(action.message);
    default:
      return unreachable(action);
  }
}

const initiatorDoNothing: readonly InitiatorAction[] = [];
const initiatorDoReset: readonly InitiatorAction[] = [{ type: 'reset' }];
const initiatorToFailedBadHeaderDoReset: InitiatorTransition = { state: { name: 'failed', error: 'bad-header' }, actions: initiatorDoReset };
const initiatorToFailedMalformedDoReset: InitiatorTransition = { state: { name: 'failed', error: 'malformed' }, actions: initiatorDoReset };
const initiatorToFailedClosedDoReset: InitiatorTransition = { state: { name: 'failed', error: 'closed' }, actions: initiatorDoReset };
const initiatorToFailedClosed: InitiatorTransition = { state: { name: 'failed', error: 'closed' }, actions: initiatorDoNothing };
const initiatorToFailedTimeoutDoReset: InitiatorTransition = { state: { name: 'failed', error: 'timeout' }, actions: initiatorDoReset };
const initiatorToFailedUnexpectedMessageDoReset: InitiatorTransition = { state: { name: 'failed', error: 'unexpected-message' }, actions: initiatorDoReset };
const initiatorDoClose: readonly InitiatorAction[] = [{ type: 'close' }];
const initiatorToFailedNotSupportedDoClose: InitiatorTransition = { state: { name: 'failed', error: 'not-supported' }, actions: initiatorDoClose };
const initiatorDone: InitiatorState = { name: 'done' };

/** The initiator's first state, and what it does at once. */
export function startInitiator(input: InitiatorInput): InitiatorTransition {
  return { state: { name: 'awaitHeader', input, tried: 1 }, actions: [{ type: 'timer.start', timer: 'negotiate' }, { type: 'send.header' }, { type: 'send.protocol', name: input.offers[0] }] };
}

/** What one event does to the initiator. */
export function stepInitiator(state: InitiatorState, event: InitiatorEvent): InitiatorTransition {
  switch (state.name) {
    case 'awaitHeader':
      switch (event.type) {
        case 'recv.header':
          return { state: { name: 'awaitReply', input: state.input, tried: state.tried }, actions: initiatorDoNothing };
        case 'recv.na': // MSS-HDR-2
        case 'recv.ls': // MSS-HDR-2
        case 'recv.protocol': // MSS-HDR-2
          return initiatorToFailedBadHeaderDoReset;
        case 'recv.malformed': // MSS-FRAME-1 MSS-FRAME-2 MSS-FRAME-3 MSS-FRAME-6
          return initiatorToFailedMalformedDoReset;
        case 'io.eof':
          return initiatorToFailedClosedDoReset;
        case 'io.reset':
          return initiatorToFailedClosed;
        case 'timer.negotiate': // MSS-TIME-1
          return initiatorToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'awaitReply':
      switch (event.type) {
        case 'recv.header':
        case 'recv.ls':
          return initiatorToFailedUnexpectedMessageDoReset;
        case 'recv.na': // MSS-SEL-5
          if (state.tried < state.input.offers.length) {
            const newTried = state.tried + 1;
            return { state: { name: 'awaitReply', input: state.input, tried: newTried }, actions: [{ type: 'send.protocol', name: at(state.input.offers, newTried - 1) }] };
          }
          return initiatorToFailedNotSupportedDoClose;
        case 'recv.protocol': // MSS-SEL-2 MSS-SEL-4
          if (event.name === state.input.offers[state.tried - 1]) {
            return { state: initiatorDone, actions: [{ type: 'timer.stop', timer: 'negotiate' }, { type: 'selected', name: event.name }] };
          }
          return initiatorToFailedUnexpectedMessageDoReset;
        case 'recv.malformed': // MSS-FRAME-1 MSS-FRAME-2 MSS-FRAME-3 MSS-FRAME-6
          return initiatorToFailedMalformedDoReset;
        case 'io.eof':
          return initiatorToFailedClosedDoReset;
        case 'io.reset':
          return initiatorToFailedClosed;
        case 'timer.negotiate': // MSS-TIME-1
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
  if (sameBytes(payload, headerBytes)) return recvHeader;
  if (sameBytes(payload, naBytes)) return recvNa;
  if (sameBytes(payload, lsBytes)) return recvLs;
  const protocol = decodeText(payload);
  if (protocol !== undefined) return { type: 'recv.protocol', name: protocol };
  return malformed;
}

function encodeInitiator(action: InitiatorAction): Uint8Array {
  switch (action.type) {
    case 'send.header':
    case 'send.protocol':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The initiator, ready for the driver. */
export const initiatorRole: MachineRole<InitiatorInput, InitiatorState, InitiatorEvent, InitiatorAction> = {
  protocol: 'multistream-select',
  role: 'initiator',
  framing,
  timers,
  drained: false,
  errors: multistreamSelectErrors,
  start: startInitiator,
  step: stepInitiator,
  decode: decodeInitiator,
  encode: encodeInitiator,
};
const responderDoTimerStartNegotiate: readonly ResponderAction[] = [{ type: 'timer.start', timer: 'negotiate' }];
const responderDoSendHeader: readonly ResponderAction[] = [{ type: 'send.header' }];
const responderDoReset: readonly ResponderAction[] = [{ type: 'reset' }];
const responderToFailedBadHeaderDoReset: ResponderTransition = { state: { name: 'failed', error: 'bad-header' }, actions: responderDoReset };
const responderToFailedMalformedDoReset: ResponderTransition = { state: { name: 'failed', error: 'malformed' }, actions: responderDoReset };
const responderToFailedClosedDoReset: ResponderTransition = { state: { name: 'failed', error: 'closed' }, actions: responderDoReset };
const responderDoNothing: readonly ResponderAction[] = [];
const responderToFailedClosed: ResponderTransition = { state: { name: 'failed', error: 'closed' }, actions: responderDoNothing };
const responderToFailedTimeoutDoReset: ResponderTransition = { state: { name: 'failed', error: 'timeout' }, actions: responderDoReset };
const responderToFailedUnexpectedMessageDoReset: ResponderTransition = { state: { name: 'failed', error: 'unexpected-message' }, actions: responderDoReset };
const responderToFailedTooManyProposalsDoReset: ResponderTransition = { state: { name: 'failed', error: 'too-many-proposals' }, actions: responderDoReset };
const responderDone: ResponderState = { name: 'done' };
const responderDoSendNa: readonly ResponderAction[] = [{ type: 'send.na' }];

/** The responder's first state, and what it does at once. */
export function startResponder(input: ResponderInput): ResponderTransition {
  return { state: { name: 'awaitHeader', input, refusals: 0 }, actions: responderDoTimerStartNegotiate };
}

/** What one event does to the responder. */
export function stepResponder(state: ResponderState, event: ResponderEvent): ResponderTransition {
  switch (state.name) {
    case 'awaitHeader':
      switch (event.type) {
        case 'recv.header': // MSS-HDR-1 MSS-HDR-3
          return { state: { name: 'awaitProposal', input: state.input, refusals: state.refusals }, actions: responderDoSendHeader };
        case 'recv.na': // MSS-HDR-2
        case 'recv.ls': // MSS-HDR-2
        case 'recv.protocol': // MSS-HDR-2
          return responderToFailedBadHeaderDoReset;
        case 'recv.malformed': // MSS-FRAME-1 MSS-FRAME-2 MSS-FRAME-3 MSS-FRAME-6
          return responderToFailedMalformedDoReset;
        case 'io.eof':
          return responderToFailedClosedDoReset;
        case 'io.reset':
          return responderToFailedClosed;
        case 'timer.negotiate': // MSS-TIME-1
          return responderToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'awaitProposal':
      switch (event.type) {
        case 'recv.header':
        case 'recv.na':
          return responderToFailedUnexpectedMessageDoReset;
        case 'recv.ls': // MSS-BOUND-1 MSS-LS-1 MSS-LS-3 MSS-LS-5
          {
            if (state.refusals === maxRefusals) {
              return responderToFailedTooManyProposalsDoReset;
            }
            const newRefusals = state.refusals + 1;
            return { state: { name: 'awaitProposal', input: state.input, refusals: newRefusals }, actions: [{ type: 'send.lsReply', message: { protocols: state.input.supported } }] };
          }
        case 'recv.protocol': // MSS-SEL-2 MSS-SEL-4 MSS-BATCH-2 MSS-BOUND-1 MSS-SEL-3 MSS-SEL-6
          {
            if (state.input.supported.includes(event.name)) {
              return { state: responderDone, actions: [{ type: 'timer.stop', timer: 'negotiate' }, { type: 'send.protocol', name: event.name }, { type: 'selected', name: event.name }] };
            }
            if (state.refusals === maxRefusals) {
              return responderToFailedTooManyProposalsDoReset;
            }
            const newRefusals = state.refusals + 1;
            return { state: { name: 'awaitProposal', input: state.input, refusals: newRefusals }, actions: responderDoSendNa };
          }
        case 'recv.malformed': // MSS-FRAME-1 MSS-FRAME-2 MSS-FRAME-3 MSS-FRAME-6
          return responderToFailedMalformedDoReset;
        case 'io.eof':
          return responderToFailedClosedDoReset;
        case 'io.reset':
          return responderToFailedClosed;
        case 'timer.negotiate': // MSS-TIME-1
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
  if (sameBytes(payload, headerBytes)) return recvHeader;
  if (sameBytes(payload, naBytes)) return recvNa;
  if (sameBytes(payload, lsBytes)) return recvLs;
  const protocol = decodeText(payload);
  if (protocol !== undefined) return { type: 'recv.protocol', name: protocol };
  return malformed;
}

function encodeResponder(action: ResponderAction): Uint8Array {
  switch (action.type) {
    case 'send.header':
    case 'send.na':
    case 'send.protocol':
    case 'send.lsReply':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The responder, ready for the driver. */
export const responderRole: MachineRole<ResponderInput, ResponderState, ResponderEvent, ResponderAction> = {
  protocol: 'multistream-select',
  role: 'responder',
  framing,
  timers,
  drained: false,
  errors: multistreamSelectErrors,
  start: startResponder,
  step: stepResponder,
  decode: decodeResponder,
  encode: encodeResponder,
};
