// Generated from spec/common/limits.yaml#mplex sha256:b35b6572702ddb573ab7eff68ee4fe445c9bf4f733b54bd9b3cd913a1e2087d6
// Generated from spec/protocols/mplex/layout.yaml sha256:e177af6bcf6970bc531b60af6e922f2f724e5d1ce0cf9725d680f0a97c2c1aea
// Generated from spec/protocols/mplex/machine.yaml sha256:0eaf41a342e52a3fd169215d5e6b510c8dd07769dab8f26c2e84c31aaa830ea9
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable } from '../../common/machine-values.ts';
import type { MplexErrorCode } from './errors.ts';
import { mplexErrors } from './errors.ts';
const maxUnreadBytes = 4194304;
const maxInboundStreams = 1000;
const maxOutboundStreams = 1000;
const maxPendingResets = 256;
const framing: Framing = { kind: 'manual' };
const timers = { linger: 60000 };
/** The initiator needs nothing at its start. */
export type InitiatorInput = Readonly<Record<string, never>>;
export type InitiatorState =
    | { readonly name: 'open' }
    | { readonly name: 'writeEnded' }
    | { readonly name: 'readEnded' }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: MplexErrorCode };
export type InitiatorEvent =
    | { readonly type: 'recv.data'; readonly length: number; readonly unread: number }
    | { readonly type: 'recv.close' }
    | { readonly type: 'recv.reset' }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.linger' }
    | { readonly type: 'call.send'; readonly length: number }
    | { readonly type: 'call.end' }
    | { readonly type: 'call.abandon' }
    | { readonly type: 'call.reset' };
export type InitiatorAction =
    | { readonly type: 'send.newStream' }
    | { readonly type: 'send.reset' }
    | { readonly type: 'deliver'; readonly length: number }
    | { readonly type: 'ended' }
    | { readonly type: 'send.data'; readonly length: number }
    | { readonly type: 'send.close' }
    | { readonly type: 'timer.start'; readonly timer: 'linger' };
type InitiatorTransition = Transition<InitiatorState, InitiatorAction>;
/** The responder needs nothing at its start. */
export type ResponderInput = Readonly<Record<string, never>>;
export type ResponderState =
    | { readonly name: 'open' }
    | { readonly name: 'writeEnded' }
    | { readonly name: 'readEnded' }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: MplexErrorCode };
export type ResponderEvent =
    | { readonly type: 'recv.data'; readonly length: number; readonly unread: number }
    | { readonly type: 'recv.close' }
    | { readonly type: 'recv.reset' }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.linger' }
    | { readonly type: 'call.send'; readonly length: number }
    | { readonly type: 'call.end' }
    | { readonly type: 'call.abandon' }
    | { readonly type: 'call.reset' };
export type ResponderAction =
    | { readonly type: 'send.reset' }
    | { readonly type: 'deliver'; readonly length: number }
    | { readonly type: 'ended' }
    | { readonly type: 'send.data'; readonly length: number }
    | { readonly type: 'send.close' }
    | { readonly type: 'timer.start'; readonly timer: 'linger' };
type ResponderTransition = Transition<ResponderState, ResponderAction>;
/** The session needs nothing at its start. */
export type SessionInput = Readonly<Record<string, never>>;
export type SessionState =
    | { readonly name: 'open'; readonly inbound: number; readonly outbound: number; readonly resets: number }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: MplexErrorCode };
export type SessionEvent =
    | { readonly type: 'recv.newStream'; readonly taken: boolean }
    | { readonly type: 'recv.orphan' }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'call.open' }
    | { readonly type: 'call.inboundOver' }
    | { readonly type: 'call.outboundOver' }
    | { readonly type: 'call.flushed' }
    | { readonly type: 'call.close' };
export type SessionAction =
    | { readonly type: 'close' }
    | { readonly type: 'send.reset' }
    | { readonly type: 'accepted' }
    | { readonly type: 'opened' }
    | { readonly type: 'refused'; readonly reason: string };
type SessionTransition = Transition<SessionState, SessionAction>;
const malformed = { type: 'recv.malformed' } as const;
const initiatorDoSendNewStream: readonly InitiatorAction[] = [{ type: 'send.newStream' }];
const initiatorToOpenDoSendNewStream: InitiatorTransition = { state: { name: 'open' }, actions: initiatorDoSendNewStream };
const initiatorDoSendReset: readonly InitiatorAction[] = [{ type: 'send.reset' }];
const initiatorToFailedSlowReaderDoSendReset: InitiatorTransition = { state: { name: 'failed', error: 'slow-reader' }, actions: initiatorDoSendReset };
const initiatorDoEnded: readonly InitiatorAction[] = [{ type: 'ended' }];
const initiatorToReadEndedDoEnded: InitiatorTransition = { state: { name: 'readEnded' }, actions: initiatorDoEnded };
const initiatorDoNothing: readonly InitiatorAction[] = [];
const initiatorToFailedReset: InitiatorTransition = { state: { name: 'failed', error: 'reset' }, actions: initiatorDoNothing };
const initiatorToFailedClosed: InitiatorTransition = { state: { name: 'failed', error: 'closed' }, actions: initiatorDoNothing };
const initiatorToFailedAbandonedDoSendReset: InitiatorTransition = { state: { name: 'failed', error: 'abandoned' }, actions: initiatorDoSendReset };
const initiatorDoSendClose: readonly InitiatorAction[] = [{ type: 'send.close' }];
const initiatorToWriteEndedDoSendClose: InitiatorTransition = { state: { name: 'writeEnded' }, actions: initiatorDoSendClose };
const initiatorToOpen: InitiatorTransition = { state: { name: 'open' }, actions: initiatorDoNothing };
const initiatorToFailedResetLocallyDoSendReset: InitiatorTransition = { state: { name: 'failed', error: 'reset-locally' }, actions: initiatorDoSendReset };
const initiatorToDoneDoEnded: InitiatorTransition = { state: { name: 'done' }, actions: initiatorDoEnded };
const initiatorToWriteEnded: InitiatorTransition = { state: { name: 'writeEnded' }, actions: initiatorDoNothing };
const initiatorDoTimerStartLinger: readonly InitiatorAction[] = [{ type: 'timer.start', timer: 'linger' }];
const initiatorToWriteEndedDoTimerStartLinger: InitiatorTransition = { state: { name: 'writeEnded' }, actions: initiatorDoTimerStartLinger };
const initiatorToFailedDataAfterEndDoSendReset: InitiatorTransition = { state: { name: 'failed', error: 'data-after-end' }, actions: initiatorDoSendReset };
const initiatorToReadEnded: InitiatorTransition = { state: { name: 'readEnded' }, actions: initiatorDoNothing };
const initiatorToDoneDoSendClose: InitiatorTransition = { state: { name: 'done' }, actions: initiatorDoSendClose };

/** The initiator's first state, and what it does at once. */
export function startInitiator(_input: InitiatorInput): InitiatorTransition {
  return initiatorToOpenDoSendNewStream;
}

/** What one event does to the initiator. */
export function stepInitiator(state: InitiatorState, event: InitiatorEvent): InitiatorTransition {
  switch (state.name) {
    case 'open':
      switch (event.type) {
        case 'recv.data': // MPX-SLOW-1 MPX-SLOW-2 MPX-DATA-1
          if (event.unread > maxUnreadBytes - event.length) {
            return initiatorToFailedSlowReaderDoSendReset;
          }
          return { state, actions: [{ type: 'deliver', length: event.length }] };
        case 'recv.close': // MPX-CLOSE-1 MPX-CLOSE-4
          return initiatorToReadEndedDoEnded;
        case 'recv.reset': // MPX-RESET-3 MPX-RESET-4 MPX-RESET-5
          return initiatorToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset':
          return initiatorToFailedClosed;
        case 'timer.linger': // MPX-LINGER-1
          return initiatorToFailedAbandonedDoSendReset;
        case 'call.send': // MPX-DATA-1 MPX-DATA-2 MPX-ID-2
          return { state, actions: [{ type: 'send.data', length: event.length }] };
        case 'call.end': // MPX-CLOSE-1 MPX-CLOSE-2
          return initiatorToWriteEndedDoSendClose;
        case 'call.abandon':
          return initiatorToOpen;
        case 'call.reset': // MPX-RESET-2 MPX-RESET-3 MPX-RESET-4
          return initiatorToFailedResetLocallyDoSendReset;
        default:
          return unreachable(event);
      }
    case 'writeEnded':
      switch (event.type) {
        case 'recv.data': // MPX-SLOW-1 MPX-SLOW-2 MPX-CLOSE-1
          if (event.unread > maxUnreadBytes - event.length) {
            return initiatorToFailedSlowReaderDoSendReset;
          }
          return { state, actions: [{ type: 'deliver', length: event.length }] };
        case 'recv.close': // MPX-CLOSE-1 MPX-CLOSE-4
          return initiatorToDoneDoEnded;
        case 'recv.reset': // MPX-RESET-3 MPX-RESET-4 MPX-RESET-5
          return initiatorToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset':
          return initiatorToFailedClosed;
        case 'timer.linger': // MPX-LINGER-1
          return initiatorToFailedAbandonedDoSendReset;
        case 'call.send': // MPX-CLOSE-3
        case 'call.end':
          return initiatorToWriteEnded;
        case 'call.abandon': // MPX-LINGER-1
          return initiatorToWriteEndedDoTimerStartLinger;
        case 'call.reset': // MPX-RESET-2 MPX-RESET-3 MPX-RESET-4
          return initiatorToFailedResetLocallyDoSendReset;
        default:
          return unreachable(event);
      }
    case 'readEnded':
      switch (event.type) {
        case 'recv.data': // MPX-CLOSE-5
          return initiatorToFailedDataAfterEndDoSendReset;
        case 'recv.close':
        case 'call.abandon':
          return initiatorToReadEnded;
        case 'recv.reset': // MPX-RESET-3 MPX-RESET-4 MPX-RESET-5
          return initiatorToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset':
          return initiatorToFailedClosed;
        case 'timer.linger': // MPX-LINGER-1
          return initiatorToFailedAbandonedDoSendReset;
        case 'call.send': // MPX-CLOSE-1
          return { state, actions: [{ type: 'send.data', length: event.length }] };
        case 'call.end': // MPX-CLOSE-2
          return initiatorToDoneDoSendClose;
        case 'call.reset': // MPX-RESET-2 MPX-RESET-3 MPX-RESET-4
          return initiatorToFailedResetLocallyDoSendReset;
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

/** A stream, on the side that opened it. Ready for the driver. */
export const initiatorRole: MachineRole<InitiatorInput, InitiatorState, InitiatorEvent, InitiatorAction> = {
  protocol: 'mplex',
  role: 'initiator',
  framing,
  timers,
  drained: false,
  errors: mplexErrors,
  start: startInitiator,
  step: stepInitiator,
  decode: decodeInitiator,
  encode: encodeInitiator,
};
const responderDoNothing: readonly ResponderAction[] = [];
const responderToOpen: ResponderTransition = { state: { name: 'open' }, actions: responderDoNothing };
const responderDoSendReset: readonly ResponderAction[] = [{ type: 'send.reset' }];
const responderToFailedSlowReaderDoSendReset: ResponderTransition = { state: { name: 'failed', error: 'slow-reader' }, actions: responderDoSendReset };
const responderDoEnded: readonly ResponderAction[] = [{ type: 'ended' }];
const responderToReadEndedDoEnded: ResponderTransition = { state: { name: 'readEnded' }, actions: responderDoEnded };
const responderToFailedReset: ResponderTransition = { state: { name: 'failed', error: 'reset' }, actions: responderDoNothing };
const responderToFailedClosed: ResponderTransition = { state: { name: 'failed', error: 'closed' }, actions: responderDoNothing };
const responderToFailedAbandonedDoSendReset: ResponderTransition = { state: { name: 'failed', error: 'abandoned' }, actions: responderDoSendReset };
const responderDoSendClose: readonly ResponderAction[] = [{ type: 'send.close' }];
const responderToWriteEndedDoSendClose: ResponderTransition = { state: { name: 'writeEnded' }, actions: responderDoSendClose };
const responderToFailedResetLocallyDoSendReset: ResponderTransition = { state: { name: 'failed', error: 'reset-locally' }, actions: responderDoSendReset };
const responderToDoneDoEnded: ResponderTransition = { state: { name: 'done' }, actions: responderDoEnded };
const responderToWriteEnded: ResponderTransition = { state: { name: 'writeEnded' }, actions: responderDoNothing };
const responderDoTimerStartLinger: readonly ResponderAction[] = [{ type: 'timer.start', timer: 'linger' }];
const responderToWriteEndedDoTimerStartLinger: ResponderTransition = { state: { name: 'writeEnded' }, actions: responderDoTimerStartLinger };
const responderToFailedDataAfterEndDoSendReset: ResponderTransition = { state: { name: 'failed', error: 'data-after-end' }, actions: responderDoSendReset };
const responderToReadEnded: ResponderTransition = { state: { name: 'readEnded' }, actions: responderDoNothing };
const responderToDoneDoSendClose: ResponderTransition = { state: { name: 'done' }, actions: responderDoSendClose };

/** The responder's first state, and what it does at once. */
export function startResponder(_input: ResponderInput): ResponderTransition {
  return responderToOpen;
}

/** What one event does to the responder. */
export function stepResponder(state: ResponderState, event: ResponderEvent): ResponderTransition {
  switch (state.name) {
    case 'open':
      switch (event.type) {
        case 'recv.data': // MPX-SLOW-1 MPX-SLOW-2 MPX-DATA-1
          if (event.unread > maxUnreadBytes - event.length) {
            return responderToFailedSlowReaderDoSendReset;
          }
          return { state, actions: [{ type: 'deliver', length: event.length }] };
        case 'recv.close': // MPX-CLOSE-1 MPX-CLOSE-4
          return responderToReadEndedDoEnded;
        case 'recv.reset': // MPX-RESET-3 MPX-RESET-4 MPX-RESET-5
          return responderToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset':
          return responderToFailedClosed;
        case 'timer.linger': // MPX-LINGER-1
          return responderToFailedAbandonedDoSendReset;
        case 'call.send': // MPX-DATA-1 MPX-DATA-2 MPX-ID-2
          return { state, actions: [{ type: 'send.data', length: event.length }] };
        case 'call.end': // MPX-CLOSE-1 MPX-CLOSE-2
          return responderToWriteEndedDoSendClose;
        case 'call.abandon':
          return responderToOpen;
        case 'call.reset': // MPX-RESET-2 MPX-RESET-3 MPX-RESET-4
          return responderToFailedResetLocallyDoSendReset;
        default:
          return unreachable(event);
      }
    case 'writeEnded':
      switch (event.type) {
        case 'recv.data': // MPX-SLOW-1 MPX-SLOW-2 MPX-CLOSE-1
          if (event.unread > maxUnreadBytes - event.length) {
            return responderToFailedSlowReaderDoSendReset;
          }
          return { state, actions: [{ type: 'deliver', length: event.length }] };
        case 'recv.close': // MPX-CLOSE-1 MPX-CLOSE-4
          return responderToDoneDoEnded;
        case 'recv.reset': // MPX-RESET-3 MPX-RESET-4 MPX-RESET-5
          return responderToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset':
          return responderToFailedClosed;
        case 'timer.linger': // MPX-LINGER-1
          return responderToFailedAbandonedDoSendReset;
        case 'call.send': // MPX-CLOSE-3
        case 'call.end':
          return responderToWriteEnded;
        case 'call.abandon': // MPX-LINGER-1
          return responderToWriteEndedDoTimerStartLinger;
        case 'call.reset': // MPX-RESET-2 MPX-RESET-3 MPX-RESET-4
          return responderToFailedResetLocallyDoSendReset;
        default:
          return unreachable(event);
      }
    case 'readEnded':
      switch (event.type) {
        case 'recv.data': // MPX-CLOSE-5
          return responderToFailedDataAfterEndDoSendReset;
        case 'recv.close':
        case 'call.abandon':
          return responderToReadEnded;
        case 'recv.reset': // MPX-RESET-3 MPX-RESET-4 MPX-RESET-5
          return responderToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset':
          return responderToFailedClosed;
        case 'timer.linger': // MPX-LINGER-1
          return responderToFailedAbandonedDoSendReset;
        case 'call.send': // MPX-CLOSE-1
          return { state, actions: [{ type: 'send.data', length: event.length }] };
        case 'call.end': // MPX-CLOSE-2
          return responderToDoneDoSendClose;
        case 'call.reset': // MPX-RESET-2 MPX-RESET-3 MPX-RESET-4
          return responderToFailedResetLocallyDoSendReset;
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

/** A stream, on the side that accepted it. Ready for the driver. */
export const responderRole: MachineRole<ResponderInput, ResponderState, ResponderEvent, ResponderAction> = {
  protocol: 'mplex',
  role: 'responder',
  framing,
  timers,
  drained: false,
  errors: mplexErrors,
  start: startResponder,
  step: stepResponder,
  decode: decodeResponder,
  encode: encodeResponder,
};
const sessionDoNothing: readonly SessionAction[] = [];
const sessionDoClose: readonly SessionAction[] = [{ type: 'close' }];
const sessionToFailedStreamInUseDoClose: SessionTransition = { state: { name: 'failed', error: 'stream-in-use' }, actions: sessionDoClose };
const sessionToFailedFloodDoClose: SessionTransition = { state: { name: 'failed', error: 'flood' }, actions: sessionDoClose };
const sessionDoSendReset: readonly SessionAction[] = [{ type: 'send.reset' }];
const sessionDoAccepted: readonly SessionAction[] = [{ type: 'accepted' }];
const sessionToFailedMalformedDoClose: SessionTransition = { state: { name: 'failed', error: 'malformed' }, actions: sessionDoClose };
const sessionToDoneDoClose: SessionTransition = { state: { name: 'done' }, actions: sessionDoClose };
const sessionToFailedClosedDoClose: SessionTransition = { state: { name: 'failed', error: 'closed' }, actions: sessionDoClose };
const sessionToFailedClosed: SessionTransition = { state: { name: 'failed', error: 'closed' }, actions: sessionDoNothing };
const sessionDoOpened: readonly SessionAction[] = [{ type: 'opened' }];
const sessionDoRefused: readonly SessionAction[] = [{ type: 'refused', reason: 'too-many-streams' }];

/** The session's first state, and what it does at once. */
export function startSession(_input: SessionInput): SessionTransition {
  return { state: { name: 'open', inbound: 0, outbound: 0, resets: 0 }, actions: sessionDoNothing };
}

/** What one event does to the session. */
export function stepSession(state: SessionState, event: SessionEvent): SessionTransition {
  switch (state.name) {
    case 'open':
      switch (event.type) {
        case 'recv.newStream': // MPX-ID-3 MPX-LIMIT-2 MPX-LIMIT-1 MPX-OPEN-1 MPX-NAME-2
          {
            if (event.taken) {
              return sessionToFailedStreamInUseDoClose;
            }
            if (state.inbound >= maxInboundStreams && state.resets >= maxPendingResets) {
              return sessionToFailedFloodDoClose;
            }
            if (state.inbound >= maxInboundStreams) {
              const newResets = state.resets + 1;
              return { state: { name: 'open', inbound: state.inbound, outbound: state.outbound, resets: newResets }, actions: sessionDoSendReset };
            }
            const newInbound = state.inbound + 1;
            return { state: { name: 'open', inbound: newInbound, outbound: state.outbound, resets: state.resets }, actions: sessionDoAccepted };
          }
        case 'recv.orphan': // MPX-UNKNOWN-1
          return { state, actions: sessionDoNothing };
        case 'recv.malformed': // MPX-HDR-4 MPX-FLAG-2 MPX-DATA-2
          return sessionToFailedMalformedDoClose;
        case 'io.eof':
          if (state.inbound === 0 && state.outbound === 0) {
            return sessionToDoneDoClose;
          }
          return sessionToFailedClosedDoClose;
        case 'io.reset':
          return sessionToFailedClosed;
        case 'call.open': // MPX-OPEN-1 MPX-LIMIT-1
          if (state.outbound < maxOutboundStreams) {
            const newOutbound = state.outbound + 1;
            return { state: { name: 'open', inbound: state.inbound, outbound: newOutbound, resets: state.resets }, actions: sessionDoOpened };
          }
          return { state, actions: sessionDoRefused };
        case 'call.inboundOver':
          {
            const newInbound = state.inbound - 1;
            return { state: { name: 'open', inbound: newInbound, outbound: state.outbound, resets: state.resets }, actions: sessionDoNothing };
          }
        case 'call.outboundOver':
          {
            const newOutbound = state.outbound - 1;
            return { state: { name: 'open', inbound: state.inbound, outbound: newOutbound, resets: state.resets }, actions: sessionDoNothing };
          }
        case 'call.flushed':
          {
            const newResets = 0;
            return { state: { name: 'open', inbound: state.inbound, outbound: state.outbound, resets: newResets }, actions: sessionDoNothing };
          }
        case 'call.close': // MPX-END-1
          return sessionToDoneDoClose;
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: sessionDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeSession(_payload: Uint8Array): SessionEvent {
  return malformed;
}

function encodeSession(action: SessionAction): Uint8Array {
  return notEncodable(action.type);
}

/** What concerns no single stream, the same on both sides of the channel. Ready for the driver. */
export const sessionRole: MachineRole<SessionInput, SessionState, SessionEvent, SessionAction> = {
  protocol: 'mplex',
  role: 'session',
  framing,
  timers,
  drained: false,
  errors: mplexErrors,
  start: startSession,
  step: stepSession,
  decode: decodeSession,
  encode: encodeSession,
};
