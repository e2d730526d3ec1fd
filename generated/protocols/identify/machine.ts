// Generated from spec/common/limits.yaml#identify sha256:a56371a17644d33b3810d758c77a5b6f40ba8e0c71fbd46a9e16604473ba86e6
// Generated from spec/protocols/identify/machine.yaml sha256:35049e2a7cd7fce4defcb2cb699448d39fc6af92a296886299467e78a52e3573
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable } from '../../common/machine-values.ts';
import { DecodeError } from '../../common/decode-error.ts';
import type { PeerId } from '../../interfaces/connection.ts';
import type { IdentifyErrorCode } from './errors.ts';
import { identifyErrors } from './errors.ts';
import type { Identify } from './messages.ts';
import { decodeIdentify, encodeIdentify, mergeIdentify } from './messages.ts';
/** Protocol ids, and who plays which role on a stream. */
export const identifyProtocols = {
  '/ipfs/id/1.0.0': { opener: 'reader', acceptor: 'writer' },
  '/ipfs/id/push/1.0.0': { opener: 'writer', acceptor: 'reader' },
} as const;
const maxParts = 10;

/** Pure functions that the machine asks; its owner brings them. */
export interface IdentifyPredicates {
  keyOf(bytes: Uint8Array, peer: PeerId): boolean;
}

const framing: Framing = { kind: 'uvarint-prefixed', limit: 8192, sendLimit: 4096, suffix: null };
const timers = { exchange: 5000 };

/** What the reader is given at its start. */
export interface ReaderInput {
  readonly remote: PeerId;
}

export type ReaderState =
    | { readonly name: 'reading'; readonly input: ReaderInput; readonly parts: number; readonly info: Identify }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: IdentifyErrorCode };
export type ReaderEvent =
    | { readonly type: 'recv.identify'; readonly message: Identify }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.exchange' };
export type ReaderAction =
    | { readonly type: 'timer.start'; readonly timer: 'exchange' }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'exchange' }
    | { readonly type: 'close' }
    | { readonly type: 'identified'; readonly info: Identify };
type ReaderTransition = Transition<ReaderState, ReaderAction>;

/** What the writer is given at its start. */
export interface WriterInput {
  readonly self: Identify;
  readonly rest: Identify;
}

export type WriterState =
    | { readonly name: 'sending'; readonly input: WriterInput; readonly sent: number }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: IdentifyErrorCode };
export type WriterEvent =
    | { readonly type: 'recv.identify'; readonly message: Identify }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'io.drained' }
    | { readonly type: 'timer.exchange' };
export type WriterAction =
    | { readonly type: 'timer.start'; readonly timer: 'exchange' }
    | { readonly type: 'send.identify'; readonly message: Identify }
    | { readonly type: 'timer.stop'; readonly timer: 'exchange' }
    | { readonly type: 'close' }
    | { readonly type: 'reset' };
type WriterTransition = Transition<WriterState, WriterAction>;
const malformed = { type: 'recv.malformed' } as const;
/** Every message that the machine encodes, whichever role sends it. */
export type IdentifyMessage =
    | { readonly type: 'send.identify'; readonly message: Identify };

/** A message → payload without framing; `bytes` messages are passed on, not copied. */
export function encodeMessage(action: IdentifyMessage): Uint8Array {
  return encodeIdentify(action.message);
}

const readerDoTimerStartExchange: readonly ReaderAction[] = [{ type: 'timer.start', timer: 'exchange' }];
const readerDoReset: readonly ReaderAction[] = [{ type: 'reset' }];
const readerToFailedForeignKeyDoReset: ReaderTransition = { state: { name: 'failed', error: 'foreign-key' }, actions: readerDoReset };
const readerToFailedTooManyPartsDoReset: ReaderTransition = { state: { name: 'failed', error: 'too-many-parts' }, actions: readerDoReset };
const readerDoNothing: readonly ReaderAction[] = [];
const readerToFailedMalformedDoReset: ReaderTransition = { state: { name: 'failed', error: 'malformed' }, actions: readerDoReset };
const readerToFailedEmptyDoReset: ReaderTransition = { state: { name: 'failed', error: 'empty' }, actions: readerDoReset };
const readerDone: ReaderState = { name: 'done' };
const readerToFailedClosed: ReaderTransition = { state: { name: 'failed', error: 'closed' }, actions: readerDoNothing };
const readerToFailedTimeoutDoReset: ReaderTransition = { state: { name: 'failed', error: 'timeout' }, actions: readerDoReset };

/** The reader's first state, and what it does at once. */
export function startReader(input: ReaderInput): ReaderTransition {
  return { state: { name: 'reading', input, parts: 0, info: {} }, actions: readerDoTimerStartExchange };
}

/** What one event does to the reader. */
export function stepReader(state: ReaderState, event: ReaderEvent, predicates: IdentifyPredicates): ReaderTransition {
  switch (state.name) {
    case 'reading':
      switch (event.type) {
        case 'recv.identify': // ID-KEY-2 ID-READ-2 ID-READ-1 ID-READ-3 ID-VER-2 ID-FIELD-1
          {
            if (event.message.publicKey !== undefined && !predicates.keyOf(event.message.publicKey, state.input.remote)) {
              return readerToFailedForeignKeyDoReset;
            }
            if (state.parts === maxParts) {
              return readerToFailedTooManyPartsDoReset;
            }
            const newParts = state.parts + 1;
            const newInfo = mergeIdentify(state.info, event.message);
            return { state: { name: 'reading', input: state.input, parts: newParts, info: newInfo }, actions: readerDoNothing };
          }
        case 'recv.malformed': // ID-FRAME-1 ID-FRAME-2 ID-FRAME-3
          return readerToFailedMalformedDoReset;
        case 'io.eof': // ID-READ-1 ID-PUSH-2
          if (state.parts === 0) {
            return readerToFailedEmptyDoReset;
          }
          return { state: readerDone, actions: [{ type: 'timer.stop', timer: 'exchange' }, { type: 'close' }, { type: 'identified', info: state.info }] };
        case 'io.reset':
          return readerToFailedClosed;
        case 'timer.exchange': // ID-TIME-1
          return readerToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: readerDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeReader(payload: Uint8Array): ReaderEvent {
  try {
    return { type: 'recv.identify', message: decodeIdentify(payload) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  return malformed;
}

function encodeReader(action: ReaderAction): Uint8Array {
  return notEncodable(action.type);
}

/** The reader, ready for the driver. */
export function readerRole(predicates: IdentifyPredicates): MachineRole<ReaderInput, ReaderState, ReaderEvent, ReaderAction> {
  return {
  protocol: 'identify',
  role: 'reader',
  framing,
  timers,
  drained: false,
  errors: identifyErrors,
  start: startReader,
  step: (state, event) => stepReader(state, event, predicates),
  decode: decodeReader,
  encode: encodeReader,
  };
}

const writerDoNothing: readonly WriterAction[] = [];
const writerToFailedClosed: WriterTransition = { state: { name: 'failed', error: 'closed' }, actions: writerDoNothing };
const writerDoTimerStopExchangeClose: readonly WriterAction[] = [{ type: 'timer.stop', timer: 'exchange' }, { type: 'close' }];
const writerToDoneDoTimerStopExchangeClose: WriterTransition = { state: { name: 'done' }, actions: writerDoTimerStopExchangeClose };
const writerDoReset: readonly WriterAction[] = [{ type: 'reset' }];
const writerToFailedTimeoutDoReset: WriterTransition = { state: { name: 'failed', error: 'timeout' }, actions: writerDoReset };

/** The writer's first state, and what it does at once. */
export function startWriter(input: WriterInput): WriterTransition {
  return { state: { name: 'sending', input, sent: 1 }, actions: [{ type: 'timer.start', timer: 'exchange' }, { type: 'send.identify', message: input.self }] };
}

/** What one event does to the writer. */
export function stepWriter(state: WriterState, event: WriterEvent): WriterTransition {
  switch (state.name) {
    case 'sending':
      switch (event.type) {
        case 'recv.identify':
        case 'recv.malformed':
        case 'io.eof':
          return { state, actions: writerDoNothing };
        case 'io.reset':
          return writerToFailedClosed;
        case 'io.drained': // ID-WRITE-3 ID-WRITE-1 ID-PUSH-1
          if (state.sent === 1 && state.input.rest.signedPeerRecord !== undefined) {
            const newSent = state.sent + 1;
            return { state: { name: 'sending', input: state.input, sent: newSent }, actions: [{ type: 'send.identify', message: state.input.rest }] };
          }
          return writerToDoneDoTimerStopExchangeClose;
        case 'timer.exchange': // ID-TIME-1
          return writerToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: writerDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeWriter(payload: Uint8Array): WriterEvent {
  try {
    return { type: 'recv.identify', message: decodeIdentify(payload) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  return malformed;
}

function encodeWriter(action: WriterAction): Uint8Array {
  switch (action.type) {
    case 'send.identify':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The writer, ready for the driver. */
export const writerRole: MachineRole<WriterInput, WriterState, WriterEvent, WriterAction> = {
  protocol: 'identify',
  role: 'writer',
  framing,
  timers,
  drained: true,
  errors: identifyErrors,
  start: startWriter,
  step: stepWriter,
  decode: decodeWriter,
  encode: encodeWriter,
};
