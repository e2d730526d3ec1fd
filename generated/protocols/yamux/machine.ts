// Generated from spec/common/limits.yaml#yamux sha256:a9b1544c566d49122c99c738a6bff5bd0ffea65d7dffdf5c64017d128bbe3ec8
// Generated from spec/protocols/yamux/layout.yaml sha256:836626d7d3f2755f82e8e7ff6af1c7e29d602857dfea6c32d767384ad1028a2a
// Generated from spec/protocols/yamux/machine.yaml sha256:80bba88f05e6fb37dec5fa9c8f1e2a7e9b50e019019bfcece1effe561f7dc96c
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable } from '../../common/machine-values.ts';
import type { YamuxErrorCode } from './errors.ts';
import { yamuxErrors } from './errors.ts';
const initialWindowBytes = 262144;
const maxWindowBytes = 16777216;
const maxCreditBytes = 4294967295;
const ackBacklog = 256;
const maxInboundStreams = 1000;
const maxOutboundStreams = 1000;
const maxPendingPongs = 256;
const maxPendingResets = 256;
const framing: Framing = { kind: 'manual' };
const timers = { keepalive: 30000, pong: 10000, linger: 60000 };
/** The initiator needs nothing at its start. */
export type InitiatorInput = Readonly<Record<string, never>>;
export type InitiatorState =
    | { readonly name: 'open'; readonly receiveWindow: number; readonly sendWindow: number; readonly known: boolean }
    | { readonly name: 'writeEnded'; readonly receiveWindow: number; readonly sendWindow: number; readonly known: boolean }
    | { readonly name: 'readEnded'; readonly receiveWindow: number; readonly sendWindow: number; readonly known: boolean }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: YamuxErrorCode };
export type InitiatorEvent =
    | { readonly type: 'recv.ack' }
    | { readonly type: 'recv.data'; readonly length: number }
    | { readonly type: 'recv.window'; readonly delta: number }
    | { readonly type: 'recv.fin' }
    | { readonly type: 'recv.rst' }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.linger' }
    | { readonly type: 'call.send'; readonly length: number }
    | { readonly type: 'call.grant'; readonly delta: number }
    | { readonly type: 'call.end' }
    | { readonly type: 'call.abandon' }
    | { readonly type: 'call.reset' };
export type InitiatorAction =
    | { readonly type: 'send.syn' }
    | { readonly type: 'acknowledged' }
    | { readonly type: 'deliver'; readonly length: number }
    | { readonly type: 'violation' }
    | { readonly type: 'writable' }
    | { readonly type: 'ended' }
    | { readonly type: 'send.rst' }
    | { readonly type: 'send.data'; readonly length: number }
    | { readonly type: 'send.window'; readonly delta: number }
    | { readonly type: 'send.fin' }
    | { readonly type: 'timer.start'; readonly timer: 'keepalive' | 'pong' | 'linger' };
type InitiatorTransition = Transition<InitiatorState, InitiatorAction>;
/** The responder needs nothing at its start. */
export type ResponderInput = Readonly<Record<string, never>>;
export type ResponderState =
    | { readonly name: 'open'; readonly receiveWindow: number; readonly sendWindow: number; readonly known: boolean }
    | { readonly name: 'writeEnded'; readonly receiveWindow: number; readonly sendWindow: number; readonly known: boolean }
    | { readonly name: 'readEnded'; readonly receiveWindow: number; readonly sendWindow: number; readonly known: boolean }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: YamuxErrorCode };
export type ResponderEvent =
    | { readonly type: 'recv.ack' }
    | { readonly type: 'recv.data'; readonly length: number }
    | { readonly type: 'recv.window'; readonly delta: number }
    | { readonly type: 'recv.fin' }
    | { readonly type: 'recv.rst' }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.linger' }
    | { readonly type: 'call.send'; readonly length: number }
    | { readonly type: 'call.grant'; readonly delta: number }
    | { readonly type: 'call.end' }
    | { readonly type: 'call.abandon' }
    | { readonly type: 'call.reset' };
export type ResponderAction =
    | { readonly type: 'send.ack' }
    | { readonly type: 'acknowledged' }
    | { readonly type: 'deliver'; readonly length: number }
    | { readonly type: 'violation' }
    | { readonly type: 'writable' }
    | { readonly type: 'ended' }
    | { readonly type: 'send.rst' }
    | { readonly type: 'send.data'; readonly length: number }
    | { readonly type: 'send.window'; readonly delta: number }
    | { readonly type: 'send.fin' }
    | { readonly type: 'timer.start'; readonly timer: 'keepalive' | 'pong' | 'linger' };
type ResponderTransition = Transition<ResponderState, ResponderAction>;

/** What concerns no single stream, the same on both sides of the channel. */
export interface SessionInput {
  readonly remoteOdd: boolean;
}

export type SessionState =
    | { readonly name: 'open'; readonly input: SessionInput; readonly inbound: number; readonly outbound: number; readonly backlog: number; readonly pongs: number; readonly resets: number; readonly waiting: boolean; readonly heard: boolean; readonly expected: number }
    | { readonly name: 'remoteLeft'; readonly input: SessionInput; readonly inbound: number; readonly outbound: number; readonly backlog: number; readonly pongs: number; readonly resets: number; readonly waiting: boolean; readonly heard: boolean; readonly expected: number }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: YamuxErrorCode };
export type SessionEvent =
    | { readonly type: 'recv.syn'; readonly odd: boolean; readonly taken: boolean; readonly length: number }
    | { readonly type: 'recv.orphan'; readonly length: number }
    | { readonly type: 'recv.ping'; readonly opaque: number }
    | { readonly type: 'recv.pong'; readonly opaque: number }
    | { readonly type: 'recv.goAway'; readonly reason: number }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.keepalive' }
    | { readonly type: 'timer.pong' }
    | { readonly type: 'call.open' }
    | { readonly type: 'call.acknowledged' }
    | { readonly type: 'call.inboundOver' }
    | { readonly type: 'call.outboundOver' }
    | { readonly type: 'call.flushed' }
    | { readonly type: 'call.heard' }
    | { readonly type: 'call.ping'; readonly opaque: number }
    | { readonly type: 'call.fault' }
    | { readonly type: 'call.fail' }
    | { readonly type: 'call.close' };
export type SessionAction =
    | { readonly type: 'timer.start'; readonly timer: 'keepalive' | 'pong' | 'linger' }
    | { readonly type: 'send.goAway'; readonly reason: number }
    | { readonly type: 'close' }
    | { readonly type: 'send.rst' }
    | { readonly type: 'accepted' }
    | { readonly type: 'send.pong'; readonly opaque: number }
    | { readonly type: 'timer.stop'; readonly timer: 'keepalive' | 'pong' | 'linger' }
    | { readonly type: 'ponged' }
    | { readonly type: 'leaving'; readonly reason: number }
    | { readonly type: 'send.ping'; readonly opaque: number }
    | { readonly type: 'refused'; readonly reason: string }
    | { readonly type: 'opened' };
type SessionTransition = Transition<SessionState, SessionAction>;
const malformed = { type: 'recv.malformed' } as const;
const initiatorDoSendSyn: readonly InitiatorAction[] = [{ type: 'send.syn' }];
const initiatorDoAcknowledged: readonly InitiatorAction[] = [{ type: 'acknowledged' }];
const initiatorDoNothing: readonly InitiatorAction[] = [];
const initiatorDoViolation: readonly InitiatorAction[] = [{ type: 'violation' }];
const initiatorToFailedWindowExceededDoViolation: InitiatorTransition = { state: { name: 'failed', error: 'window-exceeded' }, actions: initiatorDoViolation };
const initiatorDoWritable: readonly InitiatorAction[] = [{ type: 'writable' }];
const initiatorToFailedWindowOverflowDoViolation: InitiatorTransition = { state: { name: 'failed', error: 'window-overflow' }, actions: initiatorDoViolation };
const initiatorDoEnded: readonly InitiatorAction[] = [{ type: 'ended' }];
const initiatorToFailedReset: InitiatorTransition = { state: { name: 'failed', error: 'reset' }, actions: initiatorDoNothing };
const initiatorToFailedClosed: InitiatorTransition = { state: { name: 'failed', error: 'closed' }, actions: initiatorDoNothing };
const initiatorDoSendRst: readonly InitiatorAction[] = [{ type: 'send.rst' }];
const initiatorToFailedAbandonedDoSendRst: InitiatorTransition = { state: { name: 'failed', error: 'abandoned' }, actions: initiatorDoSendRst };
const initiatorDoSendFin: readonly InitiatorAction[] = [{ type: 'send.fin' }];
const initiatorToFailedResetLocallyDoSendRst: InitiatorTransition = { state: { name: 'failed', error: 'reset-locally' }, actions: initiatorDoSendRst };
const initiatorToDoneDoEnded: InitiatorTransition = { state: { name: 'done' }, actions: initiatorDoEnded };
const initiatorDoTimerStartLinger: readonly InitiatorAction[] = [{ type: 'timer.start', timer: 'linger' }];
const initiatorToFailedDataAfterEndDoSendRst: InitiatorTransition = { state: { name: 'failed', error: 'data-after-end' }, actions: initiatorDoSendRst };
const initiatorToDoneDoSendFin: InitiatorTransition = { state: { name: 'done' }, actions: initiatorDoSendFin };

/** The initiator's first state, and what it does at once. */
export function startInitiator(_input: InitiatorInput): InitiatorTransition {
  return { state: { name: 'open', receiveWindow: 262144, sendWindow: 262144, known: false }, actions: initiatorDoSendSyn };
}

/** What one event does to the initiator. */
export function stepInitiator(state: InitiatorState, event: InitiatorEvent): InitiatorTransition {
  switch (state.name) {
    case 'open':
      switch (event.type) {
        case 'recv.ack': // YMX-OPEN-3
          if (!state.known) {
            const newKnown = true;
            return { state: { name: 'open', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: newKnown }, actions: initiatorDoAcknowledged };
          }
          return { state, actions: initiatorDoNothing };
        case 'recv.data': // YMX-WIN-3 YMX-OPEN-4 YMX-WIN-6
          if (event.length <= state.receiveWindow) {
            const newReceiveWindow = state.receiveWindow - event.length;
            return { state: { name: 'open', receiveWindow: newReceiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: [{ type: 'deliver', length: event.length }] };
          }
          return initiatorToFailedWindowExceededDoViolation;
        case 'recv.window': // YMX-LEN-2 YMX-WIN-2 YMX-WIN-7
          if (event.delta <= maxCreditBytes - state.sendWindow) {
            const newSendWindow = state.sendWindow + event.delta;
            return { state: { name: 'open', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: initiatorDoWritable };
          }
          return initiatorToFailedWindowOverflowDoViolation;
        case 'recv.fin': // YMX-FLAG-3 YMX-CLOSE-1 YMX-CLOSE-6
          return { state: { name: 'readEnded', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: initiatorDoEnded };
        case 'recv.rst': // YMX-FLAG-4 YMX-CLOSE-3 YMX-OPEN-5
          return initiatorToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset': // YMX-TERM-3
          return initiatorToFailedClosed;
        case 'timer.linger': // YMX-LINGER-1
          return initiatorToFailedAbandonedDoSendRst;
        case 'call.send': // YMX-WIN-3 YMX-WIN-5
          {
            const newSendWindow = state.sendWindow - event.length;
            return { state: { name: 'open', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: [{ type: 'send.data', length: event.length }] };
          }
        case 'call.grant': // YMX-WIN-2 YMX-WIN-4
          {
            const newReceiveWindow = state.receiveWindow + event.delta;
            return { state: { name: 'open', receiveWindow: newReceiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: [{ type: 'send.window', delta: event.delta }] };
          }
        case 'call.end': // YMX-CLOSE-1 YMX-CLOSE-4
          return { state: { name: 'writeEnded', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: initiatorDoSendFin };
        case 'call.abandon':
          return { state, actions: initiatorDoNothing };
        case 'call.reset': // YMX-FLAG-4 YMX-CLOSE-3
          return initiatorToFailedResetLocallyDoSendRst;
        default:
          return unreachable(event);
      }
    case 'writeEnded':
      switch (event.type) {
        case 'recv.ack': // YMX-OPEN-3
          if (!state.known) {
            const newKnown = true;
            return { state: { name: 'writeEnded', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: newKnown }, actions: initiatorDoAcknowledged };
          }
          return { state, actions: initiatorDoNothing };
        case 'recv.data': // YMX-CLOSE-1 YMX-WIN-6
          if (event.length <= state.receiveWindow) {
            const newReceiveWindow = state.receiveWindow - event.length;
            return { state: { name: 'writeEnded', receiveWindow: newReceiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: [{ type: 'deliver', length: event.length }] };
          }
          return initiatorToFailedWindowExceededDoViolation;
        case 'recv.window': // YMX-WIN-8 YMX-WIN-7
          if (event.delta <= maxCreditBytes - state.sendWindow) {
            const newSendWindow = state.sendWindow + event.delta;
            return { state: { name: 'writeEnded', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: initiatorDoNothing };
          }
          return initiatorToFailedWindowOverflowDoViolation;
        case 'recv.fin': // YMX-CLOSE-2
          return initiatorToDoneDoEnded;
        case 'recv.rst': // YMX-FLAG-4 YMX-CLOSE-3 YMX-OPEN-5
          return initiatorToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset': // YMX-TERM-3
          return initiatorToFailedClosed;
        case 'timer.linger': // YMX-LINGER-1
          return initiatorToFailedAbandonedDoSendRst;
        case 'call.send':
        case 'call.end':
          return { state, actions: initiatorDoNothing };
        case 'call.grant': // YMX-CLOSE-1 YMX-WIN-2
          {
            const newReceiveWindow = state.receiveWindow + event.delta;
            return { state: { name: 'writeEnded', receiveWindow: newReceiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: [{ type: 'send.window', delta: event.delta }] };
          }
        case 'call.abandon': // YMX-LINGER-1
          return { state, actions: initiatorDoTimerStartLinger };
        case 'call.reset': // YMX-FLAG-4 YMX-CLOSE-3
          return initiatorToFailedResetLocallyDoSendRst;
        default:
          return unreachable(event);
      }
    case 'readEnded':
      switch (event.type) {
        case 'recv.ack': // YMX-OPEN-3
          if (!state.known) {
            const newKnown = true;
            return { state: { name: 'readEnded', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: newKnown }, actions: initiatorDoAcknowledged };
          }
          return { state, actions: initiatorDoNothing };
        case 'recv.data': // YMX-CLOSE-5 YMX-WIN-6
          if (event.length <= state.receiveWindow) {
            return initiatorToFailedDataAfterEndDoSendRst;
          }
          return initiatorToFailedWindowExceededDoViolation;
        case 'recv.window': // YMX-WIN-8 YMX-WIN-7
          if (event.delta <= maxCreditBytes - state.sendWindow) {
            const newSendWindow = state.sendWindow + event.delta;
            return { state: { name: 'readEnded', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: initiatorDoWritable };
          }
          return initiatorToFailedWindowOverflowDoViolation;
        case 'recv.fin':
        case 'call.grant': // YMX-WIN-9
        case 'call.abandon':
          return { state, actions: initiatorDoNothing };
        case 'recv.rst': // YMX-FLAG-4 YMX-CLOSE-3 YMX-OPEN-5
          return initiatorToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset': // YMX-TERM-3
          return initiatorToFailedClosed;
        case 'timer.linger': // YMX-LINGER-1
          return initiatorToFailedAbandonedDoSendRst;
        case 'call.send': // YMX-CLOSE-1 YMX-WIN-3
          {
            const newSendWindow = state.sendWindow - event.length;
            return { state: { name: 'readEnded', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: [{ type: 'send.data', length: event.length }] };
          }
        case 'call.end': // YMX-CLOSE-2
          return initiatorToDoneDoSendFin;
        case 'call.reset': // YMX-FLAG-4 YMX-CLOSE-3
          return initiatorToFailedResetLocallyDoSendRst;
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
  protocol: 'yamux',
  role: 'initiator',
  framing,
  timers,
  drained: false,
  errors: yamuxErrors,
  start: startInitiator,
  step: stepInitiator,
  decode: decodeInitiator,
  encode: encodeInitiator,
};
const responderDoSendAck: readonly ResponderAction[] = [{ type: 'send.ack' }];
const responderDoAcknowledged: readonly ResponderAction[] = [{ type: 'acknowledged' }];
const responderDoNothing: readonly ResponderAction[] = [];
const responderDoViolation: readonly ResponderAction[] = [{ type: 'violation' }];
const responderToFailedWindowExceededDoViolation: ResponderTransition = { state: { name: 'failed', error: 'window-exceeded' }, actions: responderDoViolation };
const responderDoWritable: readonly ResponderAction[] = [{ type: 'writable' }];
const responderToFailedWindowOverflowDoViolation: ResponderTransition = { state: { name: 'failed', error: 'window-overflow' }, actions: responderDoViolation };
const responderDoEnded: readonly ResponderAction[] = [{ type: 'ended' }];
const responderToFailedReset: ResponderTransition = { state: { name: 'failed', error: 'reset' }, actions: responderDoNothing };
const responderToFailedClosed: ResponderTransition = { state: { name: 'failed', error: 'closed' }, actions: responderDoNothing };
const responderDoSendRst: readonly ResponderAction[] = [{ type: 'send.rst' }];
const responderToFailedAbandonedDoSendRst: ResponderTransition = { state: { name: 'failed', error: 'abandoned' }, actions: responderDoSendRst };
const responderDoSendFin: readonly ResponderAction[] = [{ type: 'send.fin' }];
const responderToFailedResetLocallyDoSendRst: ResponderTransition = { state: { name: 'failed', error: 'reset-locally' }, actions: responderDoSendRst };
const responderToDoneDoEnded: ResponderTransition = { state: { name: 'done' }, actions: responderDoEnded };
const responderDoTimerStartLinger: readonly ResponderAction[] = [{ type: 'timer.start', timer: 'linger' }];
const responderToFailedDataAfterEndDoSendRst: ResponderTransition = { state: { name: 'failed', error: 'data-after-end' }, actions: responderDoSendRst };
const responderToDoneDoSendFin: ResponderTransition = { state: { name: 'done' }, actions: responderDoSendFin };

/** The responder's first state, and what it does at once. */
export function startResponder(_input: ResponderInput): ResponderTransition {
  return { state: { name: 'open', receiveWindow: 262144, sendWindow: 262144, known: true }, actions: responderDoSendAck };
}

/** What one event does to the responder. */
export function stepResponder(state: ResponderState, event: ResponderEvent): ResponderTransition {
  switch (state.name) {
    case 'open':
      switch (event.type) {
        case 'recv.ack': // YMX-OPEN-3
          if (!state.known) {
            const newKnown = true;
            return { state: { name: 'open', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: newKnown }, actions: responderDoAcknowledged };
          }
          return { state, actions: responderDoNothing };
        case 'recv.data': // YMX-WIN-3 YMX-OPEN-4 YMX-WIN-6
          if (event.length <= state.receiveWindow) {
            const newReceiveWindow = state.receiveWindow - event.length;
            return { state: { name: 'open', receiveWindow: newReceiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: [{ type: 'deliver', length: event.length }] };
          }
          return responderToFailedWindowExceededDoViolation;
        case 'recv.window': // YMX-LEN-2 YMX-WIN-2 YMX-WIN-7
          if (event.delta <= maxCreditBytes - state.sendWindow) {
            const newSendWindow = state.sendWindow + event.delta;
            return { state: { name: 'open', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: responderDoWritable };
          }
          return responderToFailedWindowOverflowDoViolation;
        case 'recv.fin': // YMX-FLAG-3 YMX-CLOSE-1 YMX-CLOSE-6
          return { state: { name: 'readEnded', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: responderDoEnded };
        case 'recv.rst': // YMX-FLAG-4 YMX-CLOSE-3 YMX-OPEN-5
          return responderToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset': // YMX-TERM-3
          return responderToFailedClosed;
        case 'timer.linger': // YMX-LINGER-1
          return responderToFailedAbandonedDoSendRst;
        case 'call.send': // YMX-WIN-3 YMX-WIN-5
          {
            const newSendWindow = state.sendWindow - event.length;
            return { state: { name: 'open', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: [{ type: 'send.data', length: event.length }] };
          }
        case 'call.grant': // YMX-WIN-2 YMX-WIN-4
          {
            const newReceiveWindow = state.receiveWindow + event.delta;
            return { state: { name: 'open', receiveWindow: newReceiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: [{ type: 'send.window', delta: event.delta }] };
          }
        case 'call.end': // YMX-CLOSE-1 YMX-CLOSE-4
          return { state: { name: 'writeEnded', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: responderDoSendFin };
        case 'call.abandon':
          return { state, actions: responderDoNothing };
        case 'call.reset': // YMX-FLAG-4 YMX-CLOSE-3
          return responderToFailedResetLocallyDoSendRst;
        default:
          return unreachable(event);
      }
    case 'writeEnded':
      switch (event.type) {
        case 'recv.ack': // YMX-OPEN-3
          if (!state.known) {
            const newKnown = true;
            return { state: { name: 'writeEnded', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: newKnown }, actions: responderDoAcknowledged };
          }
          return { state, actions: responderDoNothing };
        case 'recv.data': // YMX-CLOSE-1 YMX-WIN-6
          if (event.length <= state.receiveWindow) {
            const newReceiveWindow = state.receiveWindow - event.length;
            return { state: { name: 'writeEnded', receiveWindow: newReceiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: [{ type: 'deliver', length: event.length }] };
          }
          return responderToFailedWindowExceededDoViolation;
        case 'recv.window': // YMX-WIN-8 YMX-WIN-7
          if (event.delta <= maxCreditBytes - state.sendWindow) {
            const newSendWindow = state.sendWindow + event.delta;
            return { state: { name: 'writeEnded', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: responderDoNothing };
          }
          return responderToFailedWindowOverflowDoViolation;
        case 'recv.fin': // YMX-CLOSE-2
          return responderToDoneDoEnded;
        case 'recv.rst': // YMX-FLAG-4 YMX-CLOSE-3 YMX-OPEN-5
          return responderToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset': // YMX-TERM-3
          return responderToFailedClosed;
        case 'timer.linger': // YMX-LINGER-1
          return responderToFailedAbandonedDoSendRst;
        case 'call.send':
        case 'call.end':
          return { state, actions: responderDoNothing };
        case 'call.grant': // YMX-CLOSE-1 YMX-WIN-2
          {
            const newReceiveWindow = state.receiveWindow + event.delta;
            return { state: { name: 'writeEnded', receiveWindow: newReceiveWindow, sendWindow: state.sendWindow, known: state.known }, actions: [{ type: 'send.window', delta: event.delta }] };
          }
        case 'call.abandon': // YMX-LINGER-1
          return { state, actions: responderDoTimerStartLinger };
        case 'call.reset': // YMX-FLAG-4 YMX-CLOSE-3
          return responderToFailedResetLocallyDoSendRst;
        default:
          return unreachable(event);
      }
    case 'readEnded':
      switch (event.type) {
        case 'recv.ack': // YMX-OPEN-3
          if (!state.known) {
            const newKnown = true;
            return { state: { name: 'readEnded', receiveWindow: state.receiveWindow, sendWindow: state.sendWindow, known: newKnown }, actions: responderDoAcknowledged };
          }
          return { state, actions: responderDoNothing };
        case 'recv.data': // YMX-CLOSE-5 YMX-WIN-6
          if (event.length <= state.receiveWindow) {
            return responderToFailedDataAfterEndDoSendRst;
          }
          return responderToFailedWindowExceededDoViolation;
        case 'recv.window': // YMX-WIN-8 YMX-WIN-7
          if (event.delta <= maxCreditBytes - state.sendWindow) {
            const newSendWindow = state.sendWindow + event.delta;
            return { state: { name: 'readEnded', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: responderDoWritable };
          }
          return responderToFailedWindowOverflowDoViolation;
        case 'recv.fin':
        case 'call.grant': // YMX-WIN-9
        case 'call.abandon':
          return { state, actions: responderDoNothing };
        case 'recv.rst': // YMX-FLAG-4 YMX-CLOSE-3 YMX-OPEN-5
          return responderToFailedReset;
        case 'recv.malformed':
        case 'io.eof':
        case 'io.reset': // YMX-TERM-3
          return responderToFailedClosed;
        case 'timer.linger': // YMX-LINGER-1
          return responderToFailedAbandonedDoSendRst;
        case 'call.send': // YMX-CLOSE-1 YMX-WIN-3
          {
            const newSendWindow = state.sendWindow - event.length;
            return { state: { name: 'readEnded', receiveWindow: state.receiveWindow, sendWindow: newSendWindow, known: state.known }, actions: [{ type: 'send.data', length: event.length }] };
          }
        case 'call.end': // YMX-CLOSE-2
          return responderToDoneDoSendFin;
        case 'call.reset': // YMX-FLAG-4 YMX-CLOSE-3
          return responderToFailedResetLocallyDoSendRst;
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
  protocol: 'yamux',
  role: 'responder',
  framing,
  timers,
  drained: false,
  errors: yamuxErrors,
  start: startResponder,
  step: stepResponder,
  decode: decodeResponder,
  encode: encodeResponder,
};
const sessionDoTimerStartKeepalive: readonly SessionAction[] = [{ type: 'timer.start', timer: 'keepalive' }];
const sessionDoSendGoAwayClose: readonly SessionAction[] = [{ type: 'send.goAway', reason: 1 }, { type: 'close' }];
const sessionToFailedWrongParityDoSendGoAwayClose: SessionTransition = { state: { name: 'failed', error: 'wrong-parity' }, actions: sessionDoSendGoAwayClose };
const sessionToFailedStreamInUseDoSendGoAwayClose: SessionTransition = { state: { name: 'failed', error: 'stream-in-use' }, actions: sessionDoSendGoAwayClose };
const sessionToFailedSynTooLongDoSendGoAwayClose: SessionTransition = { state: { name: 'failed', error: 'syn-too-long' }, actions: sessionDoSendGoAwayClose };
const sessionToFailedFloodDoSendGoAwayClose: SessionTransition = { state: { name: 'failed', error: 'flood' }, actions: sessionDoSendGoAwayClose };
const sessionDoSendRst: readonly SessionAction[] = [{ type: 'send.rst' }];
const sessionDoAccepted: readonly SessionAction[] = [{ type: 'accepted' }];
const sessionToFailedFrameTooLongDoSendGoAwayClose: SessionTransition = { state: { name: 'failed', error: 'frame-too-long' }, actions: sessionDoSendGoAwayClose };
const sessionDoNothing: readonly SessionAction[] = [];
const sessionDoTimerStopPongPonged: readonly SessionAction[] = [{ type: 'timer.stop', timer: 'pong' }, { type: 'ponged' }];
const sessionDoClose: readonly SessionAction[] = [{ type: 'close' }];
const sessionToFailedRemoteProtocolErrorDoClose: SessionTransition = { state: { name: 'failed', error: 'remote-protocol-error' }, actions: sessionDoClose };
const sessionToFailedRemoteInternalErrorDoClose: SessionTransition = { state: { name: 'failed', error: 'remote-internal-error' }, actions: sessionDoClose };
const sessionToFailedMalformedDoSendGoAwayClose: SessionTransition = { state: { name: 'failed', error: 'malformed' }, actions: sessionDoSendGoAwayClose };
const sessionToFailedClosedDoClose: SessionTransition = { state: { name: 'failed', error: 'closed' }, actions: sessionDoClose };
const sessionToFailedClosed: SessionTransition = { state: { name: 'failed', error: 'closed' }, actions: sessionDoNothing };
const sessionDoTimerStartPong: readonly SessionAction[] = [{ type: 'timer.start', timer: 'pong' }];
const sessionToFailedUnresponsiveDoClose: SessionTransition = { state: { name: 'failed', error: 'unresponsive' }, actions: sessionDoClose };
const sessionDoRefused: readonly SessionAction[] = [{ type: 'refused', reason: 'too-many-streams' }];
const sessionDoRefused2: readonly SessionAction[] = [{ type: 'refused', reason: 'ack-backlog-full' }];
const sessionDoOpened: readonly SessionAction[] = [{ type: 'opened' }];
const sessionToFailedProtocolErrorDoSendGoAwayClose: SessionTransition = { state: { name: 'failed', error: 'protocol-error' }, actions: sessionDoSendGoAwayClose };
const sessionDoSendGoAwayClose2: readonly SessionAction[] = [{ type: 'send.goAway', reason: 2 }, { type: 'close' }];
const sessionToFailedInternalErrorDoSendGoAwayClose: SessionTransition = { state: { name: 'failed', error: 'internal-error' }, actions: sessionDoSendGoAwayClose2 };
const sessionDoSendGoAwayClose3: readonly SessionAction[] = [{ type: 'send.goAway', reason: 0 }, { type: 'close' }];
const sessionToDoneDoSendGoAwayClose: SessionTransition = { state: { name: 'done' }, actions: sessionDoSendGoAwayClose3 };
const sessionToDoneDoClose: SessionTransition = { state: { name: 'done' }, actions: sessionDoClose };
const sessionDoRefused3: readonly SessionAction[] = [{ type: 'refused', reason: 'session-closed' }];

/** The session's first state, and what it does at once. */
export function startSession(input: SessionInput): SessionTransition {
  return { state: { name: 'open', input, inbound: 0, outbound: 0, backlog: 0, pongs: 0, resets: 0, waiting: false, heard: false, expected: 0 }, actions: sessionDoTimerStartKeepalive };
}

/** What one event does to the session. */
export function stepSession(state: SessionState, event: SessionEvent): SessionTransition {
  switch (state.name) {
    case 'open':
      switch (event.type) {
        case 'recv.syn': // YMX-ID-1 YMX-ID-3 YMX-ID-4 YMX-WIN-10 YMX-BACKLOG-5 YMX-OPEN-3 YMX-BACKLOG-3 YMX-BACKLOG-6 YMX-OPEN-1
          {
            if (event.odd !== state.input.remoteOdd) {
              return sessionToFailedWrongParityDoSendGoAwayClose;
            }
            if (event.taken) {
              return sessionToFailedStreamInUseDoSendGoAwayClose;
            }
            if (event.length > initialWindowBytes) {
              return sessionToFailedSynTooLongDoSendGoAwayClose;
            }
            if (state.inbound >= maxInboundStreams && state.resets >= maxPendingResets) {
              return sessionToFailedFloodDoSendGoAwayClose;
            }
            if (state.inbound >= maxInboundStreams) {
              const newResets = state.resets + 1;
              return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: newResets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoSendRst };
            }
            const newInbound = state.inbound + 1;
            return { state: { name: 'open', input: state.input, inbound: newInbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoAccepted };
          }
        case 'recv.orphan': // YMX-FRAME-2 YMX-UNKNOWN-1
          if (event.length > maxWindowBytes) {
            return sessionToFailedFrameTooLongDoSendGoAwayClose;
          }
          return { state, actions: sessionDoNothing };
        case 'recv.ping': // YMX-PING-1 YMX-LEN-3 YMX-PING-2
          if (state.pongs < maxPendingPongs) {
            const newPongs = state.pongs + 1;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: newPongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: [{ type: 'send.pong', opaque: event.opaque }] };
          }
          return { state, actions: sessionDoNothing };
        case 'recv.pong': // YMX-PING-1
          if (state.waiting && event.opaque === state.expected) {
            const newWaiting = false;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: newWaiting, heard: state.heard, expected: state.expected }, actions: sessionDoTimerStopPongPonged };
          }
          return { state, actions: sessionDoNothing };
        case 'recv.goAway': // YMX-TERM-2 YMX-TERM-4 YMX-TERM-3
          if (event.reason === 0) {
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: [{ type: 'leaving', reason: event.reason }] };
          }
          if (event.reason === 1) {
            return sessionToFailedRemoteProtocolErrorDoClose;
          }
          return sessionToFailedRemoteInternalErrorDoClose;
        case 'recv.malformed': // YMX-HDR-1 YMX-HDR-2 YMX-TYPE-5 YMX-ID-5 YMX-TERM-1
          return sessionToFailedMalformedDoSendGoAwayClose;
        case 'io.eof': // YMX-TERM-3
          return sessionToFailedClosedDoClose;
        case 'io.reset': // YMX-TERM-3
          return sessionToFailedClosed;
        case 'timer.keepalive': // YMX-PING-3
          {
            if (state.waiting) {
              return { state, actions: sessionDoTimerStartKeepalive };
            }
            const newWaiting = true;
            const newHeard = false;
            const newExpected = state.expected + 1;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: newWaiting, heard: newHeard, expected: newExpected }, actions: [{ type: 'send.ping', opaque: newExpected }, { type: 'timer.start', timer: 'pong' }, { type: 'timer.start', timer: 'keepalive' }] };
          }
        case 'timer.pong': // YMX-PING-4
          if (state.heard || !state.waiting) {
            const newHeard = false;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: newHeard, expected: state.expected }, actions: sessionDoTimerStartPong };
          }
          return sessionToFailedUnresponsiveDoClose;
        case 'call.open': // YMX-BACKLOG-1
          {
            if (state.outbound >= maxOutboundStreams) {
              return { state, actions: sessionDoRefused };
            }
            if (state.backlog >= ackBacklog) {
              return { state, actions: sessionDoRefused2 };
            }
            const newOutbound = state.outbound + 1;
            const newBacklog = state.backlog + 1;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: newOutbound, backlog: newBacklog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoOpened };
          }
        case 'call.acknowledged':
          {
            const newBacklog = state.backlog - 1;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: newBacklog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.inboundOver':
          {
            const newInbound = state.inbound - 1;
            return { state: { name: 'open', input: state.input, inbound: newInbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.outboundOver':
          {
            const newOutbound = state.outbound - 1;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: newOutbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.flushed':
          {
            const newPongs = 0;
            const newResets = 0;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: newPongs, resets: newResets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.heard':
          {
            const newHeard = true;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: newHeard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.ping': // YMX-PING-1 YMX-ID-2
          {
            if (state.waiting) {
              return { state, actions: sessionDoNothing };
            }
            const newWaiting = true;
            const newHeard = false;
            const newExpected = event.opaque;
            return { state: { name: 'open', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: newWaiting, heard: newHeard, expected: newExpected }, actions: [{ type: 'send.ping', opaque: event.opaque }, { type: 'timer.start', timer: 'pong' }] };
          }
        case 'call.fault': // YMX-TERM-1 YMX-WIN-6 YMX-WIN-7
          return sessionToFailedProtocolErrorDoSendGoAwayClose;
        case 'call.fail': // YMX-TERM-1
          return sessionToFailedInternalErrorDoSendGoAwayClose;
        case 'call.close': // YMX-TERM-1 YMX-ID-2
          return sessionToDoneDoSendGoAwayClose;
        default:
          return unreachable(event);
      }
    case 'remoteLeft':
      switch (event.type) {
        case 'recv.syn': // YMX-ID-1 YMX-ID-3 YMX-ID-4 YMX-WIN-10 YMX-BACKLOG-5 YMX-OPEN-3 YMX-BACKLOG-3 YMX-BACKLOG-6
          {
            if (event.odd !== state.input.remoteOdd) {
              return sessionToFailedWrongParityDoSendGoAwayClose;
            }
            if (event.taken) {
              return sessionToFailedStreamInUseDoSendGoAwayClose;
            }
            if (event.length > initialWindowBytes) {
              return sessionToFailedSynTooLongDoSendGoAwayClose;
            }
            if (state.inbound >= maxInboundStreams && state.resets >= maxPendingResets) {
              return sessionToFailedFloodDoSendGoAwayClose;
            }
            if (state.inbound >= maxInboundStreams) {
              const newResets = state.resets + 1;
              return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: newResets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoSendRst };
            }
            const newInbound = state.inbound + 1;
            return { state: { name: 'remoteLeft', input: state.input, inbound: newInbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoAccepted };
          }
        case 'recv.orphan': // YMX-FRAME-2 YMX-UNKNOWN-1
          if (event.length > maxWindowBytes) {
            return sessionToFailedFrameTooLongDoSendGoAwayClose;
          }
          return { state, actions: sessionDoNothing };
        case 'recv.ping': // YMX-PING-1 YMX-LEN-3 YMX-PING-2
          if (state.pongs < maxPendingPongs) {
            const newPongs = state.pongs + 1;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: newPongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: [{ type: 'send.pong', opaque: event.opaque }] };
          }
          return { state, actions: sessionDoNothing };
        case 'recv.pong': // YMX-PING-1
          if (state.waiting && event.opaque === state.expected) {
            const newWaiting = false;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: newWaiting, heard: state.heard, expected: state.expected }, actions: sessionDoTimerStopPongPonged };
          }
          return { state, actions: sessionDoNothing };
        case 'recv.goAway': // YMX-TERM-2 YMX-TERM-3
          if (event.reason === 0) {
            return { state, actions: sessionDoNothing };
          }
          if (event.reason === 1) {
            return sessionToFailedRemoteProtocolErrorDoClose;
          }
          return sessionToFailedRemoteInternalErrorDoClose;
        case 'recv.malformed': // YMX-HDR-1 YMX-HDR-2 YMX-TYPE-5 YMX-ID-5 YMX-TERM-1
          return sessionToFailedMalformedDoSendGoAwayClose;
        case 'io.eof': // YMX-TERM-2
        case 'call.close': // YMX-TERM-1
          return sessionToDoneDoClose;
        case 'io.reset': // YMX-TERM-3
          return sessionToFailedClosed;
        case 'timer.keepalive': // YMX-PING-3
          {
            if (state.waiting) {
              return { state, actions: sessionDoTimerStartKeepalive };
            }
            const newWaiting = true;
            const newHeard = false;
            const newExpected = state.expected + 1;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: newWaiting, heard: newHeard, expected: newExpected }, actions: [{ type: 'send.ping', opaque: newExpected }, { type: 'timer.start', timer: 'pong' }, { type: 'timer.start', timer: 'keepalive' }] };
          }
        case 'timer.pong': // YMX-PING-4
          if (state.heard || !state.waiting) {
            const newHeard = false;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: newHeard, expected: state.expected }, actions: sessionDoTimerStartPong };
          }
          return sessionToFailedUnresponsiveDoClose;
        case 'call.open': // YMX-TERM-2
          return { state, actions: sessionDoRefused3 };
        case 'call.acknowledged':
          {
            const newBacklog = state.backlog - 1;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: newBacklog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.inboundOver':
          {
            const newInbound = state.inbound - 1;
            return { state: { name: 'remoteLeft', input: state.input, inbound: newInbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.outboundOver':
          {
            const newOutbound = state.outbound - 1;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: newOutbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.flushed':
          {
            const newPongs = 0;
            const newResets = 0;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: newPongs, resets: newResets, waiting: state.waiting, heard: state.heard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.heard':
          {
            const newHeard = true;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: state.waiting, heard: newHeard, expected: state.expected }, actions: sessionDoNothing };
          }
        case 'call.ping':
          {
            if (state.waiting) {
              return { state, actions: sessionDoNothing };
            }
            const newWaiting = true;
            const newHeard = false;
            const newExpected = event.opaque;
            return { state: { name: 'remoteLeft', input: state.input, inbound: state.inbound, outbound: state.outbound, backlog: state.backlog, pongs: state.pongs, resets: state.resets, waiting: newWaiting, heard: newHeard, expected: newExpected }, actions: [{ type: 'send.ping', opaque: event.opaque }, { type: 'timer.start', timer: 'pong' }] };
          }
        case 'call.fault': // YMX-TERM-1 YMX-WIN-6 YMX-WIN-7
          return sessionToFailedProtocolErrorDoSendGoAwayClose;
        case 'call.fail': // YMX-TERM-1
          return sessionToFailedInternalErrorDoSendGoAwayClose;
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
  protocol: 'yamux',
  role: 'session',
  framing,
  timers,
  drained: false,
  errors: yamuxErrors,
  start: startSession,
  step: stepSession,
  decode: decodeSession,
  encode: encodeSession,
};
