// Generated from spec/common/limits.yaml#ping sha256:f72b381f72db7297ed759634cc55d18b76065f9445f6d3e25423d96225a046f2
// Generated from spec/protocols/ping/machine.yaml sha256:c2a8020df380511b43f09c0705c21cb67618a72bc24c4578a33d8560b85d9406
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable, sameBytes } from '../../common/machine-values.ts';
import type { PingErrorCode } from './errors.ts';
import { pingErrors } from './errors.ts';
/** Protocol ids, and who plays which role on a stream. */
export const pingProtocols = {
  '/ipfs/ping/1.0.0': { opener: 'client', acceptor: 'server' },
} as const;
const framing: Framing = { kind: 'fixed', length: 32 };
const timers = { answer: 10000, idle: 60000 };

/** What the client is given at its start. */
export interface ClientInput {
  readonly first: Uint8Array;
}

export type ClientState =
    | { readonly name: 'awaitEcho'; readonly input: ClientInput; readonly sent: Uint8Array }
    | { readonly name: 'idle'; readonly input: ClientInput; readonly sent: Uint8Array }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: PingErrorCode };
export type ClientEvent =
    | { readonly type: 'recv.payload'; readonly data: Uint8Array }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.answer' }
    | { readonly type: 'call.ping'; readonly data: Uint8Array }
    | { readonly type: 'call.finish' };
export type ClientAction =
    | { readonly type: 'timer.start'; readonly timer: 'answer' | 'idle' }
    | { readonly type: 'send.payload'; readonly data: Uint8Array }
    | { readonly type: 'timer.stop'; readonly timer: 'answer' | 'idle' }
    | { readonly type: 'answered' }
    | { readonly type: 'reset' }
    | { readonly type: 'close' };
type ClientTransition = Transition<ClientState, ClientAction>;
/** The server needs nothing at its start. */
export type ServerInput = Readonly<Record<string, never>>;
export type ServerState =
    | { readonly name: 'echoing' }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: PingErrorCode };
export type ServerEvent =
    | { readonly type: 'recv.payload'; readonly data: Uint8Array }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.idle' };
export type ServerAction =
    | { readonly type: 'timer.start'; readonly timer: 'answer' | 'idle' }
    | { readonly type: 'send.payload'; readonly data: Uint8Array }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'answer' | 'idle' }
    | { readonly type: 'close' };
type ServerTransition = Transition<ServerState, ServerAction>;
const malformed = { type: 'recv.malformed' } as const;
/** Every message that the machine encodes, whichever role sends it. */
export type PingMessage =
    | { readonly type: 'send.payload'; readonly data: Uint8Array };

/** A message → payload without framing; `bytes` messages are passed on, not copied. */
export function encodeMessage(action: PingMessage): Uint8Array {
  return action.data;
}

const clientSent: Uint8Array = Uint8Array.of();
const clientDoTimerStopAnswerAnswered: readonly ClientAction[] = [{ type: 'timer.stop', timer: 'answer' }, { type: 'answered' }];
const clientDoReset: readonly ClientAction[] = [{ type: 'reset' }];
const clientToFailedWrongPayloadDoReset: ClientTransition = { state: { name: 'failed', error: 'wrong-payload' }, actions: clientDoReset };
const clientToFailedMalformedDoReset: ClientTransition = { state: { name: 'failed', error: 'malformed' }, actions: clientDoReset };
const clientToFailedClosedDoReset: ClientTransition = { state: { name: 'failed', error: 'closed' }, actions: clientDoReset };
const clientDoNothing: readonly ClientAction[] = [];
const clientToFailedClosed: ClientTransition = { state: { name: 'failed', error: 'closed' }, actions: clientDoNothing };
const clientToFailedTimeoutDoReset: ClientTransition = { state: { name: 'failed', error: 'timeout' }, actions: clientDoReset };
const clientToFailedUnexpectedMessageDoReset: ClientTransition = { state: { name: 'failed', error: 'unexpected-message' }, actions: clientDoReset };
const clientDoClose: readonly ClientAction[] = [{ type: 'close' }];
const clientToDoneDoClose: ClientTransition = { state: { name: 'done' }, actions: clientDoClose };

/** The client's first state, and what it does at once. */
export function startClient(input: ClientInput): ClientTransition {
  const newSent = input.first;
  return { state: { name: 'awaitEcho', input, sent: newSent }, actions: [{ type: 'timer.start', timer: 'answer' }, { type: 'send.payload', data: input.first }] };
}

/** What one event does to the client. */
export function stepClient(state: ClientState, event: ClientEvent): ClientTransition {
  switch (state.name) {
    case 'awaitEcho':
      switch (event.type) {
        case 'recv.payload': // PING-ECHO-1 PING-RTT-1 PING-CLIENT-1
          if (sameBytes(event.data, state.sent)) {
            return { state: { name: 'idle', input: state.input, sent: state.sent }, actions: clientDoTimerStopAnswerAnswered };
          }
          return clientToFailedWrongPayloadDoReset;
        case 'recv.malformed': // PING-CLIENT-1
          return clientToFailedMalformedDoReset;
        case 'io.eof': // PING-LOOP-1
        case 'call.finish':
          return clientToFailedClosedDoReset;
        case 'io.reset':
          return clientToFailedClosed;
        case 'timer.answer': // PING-TIME-1
          return clientToFailedTimeoutDoReset;
        case 'call.ping':
          return clientToFailedUnexpectedMessageDoReset;
        default:
          return unreachable(event);
      }
    case 'idle':
      switch (event.type) {
        case 'recv.payload': // PING-CLIENT-1
          return clientToFailedUnexpectedMessageDoReset;
        case 'recv.malformed': // PING-CLIENT-1
          return clientToFailedMalformedDoReset;
        case 'io.eof':
        case 'call.finish': // PING-END-1
          return clientToDoneDoClose;
        case 'io.reset':
          return clientToFailedClosed;
        case 'timer.answer':
          return { state, actions: clientDoNothing };
        case 'call.ping': // PING-LOOP-2
          {
            const newSent = event.data;
            return { state: { name: 'awaitEcho', input: state.input, sent: newSent }, actions: [{ type: 'timer.start', timer: 'answer' }, { type: 'send.payload', data: event.data }] };
          }
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: clientDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeClient(payload: Uint8Array): ClientEvent {
  if (payload.length === 32) return { type: 'recv.payload', data: payload };
  return malformed;
}

function encodeClient(action: ClientAction): Uint8Array {
  switch (action.type) {
    case 'send.payload':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The client, ready for the driver. */
export const clientRole: MachineRole<ClientInput, ClientState, ClientEvent, ClientAction> = {
  protocol: 'ping',
  role: 'client',
  framing,
  timers,
  drained: false,
  errors: pingErrors,
  start: startClient,
  step: stepClient,
  decode: decodeClient,
  encode: encodeClient,
};
const serverDoTimerStartIdle: readonly ServerAction[] = [{ type: 'timer.start', timer: 'idle' }];
const serverToEchoingDoTimerStartIdle: ServerTransition = { state: { name: 'echoing' }, actions: serverDoTimerStartIdle };
const serverDoReset: readonly ServerAction[] = [{ type: 'reset' }];
const serverToFailedMalformedDoReset: ServerTransition = { state: { name: 'failed', error: 'malformed' }, actions: serverDoReset };
const serverDoTimerStopIdleClose: readonly ServerAction[] = [{ type: 'timer.stop', timer: 'idle' }, { type: 'close' }];
const serverToDoneDoTimerStopIdleClose: ServerTransition = { state: { name: 'done' }, actions: serverDoTimerStopIdleClose };
const serverDoNothing: readonly ServerAction[] = [];
const serverToFailedClosed: ServerTransition = { state: { name: 'failed', error: 'closed' }, actions: serverDoNothing };
const serverToFailedTimeoutDoReset: ServerTransition = { state: { name: 'failed', error: 'timeout' }, actions: serverDoReset };

/** The server's first state, and what it does at once. */
export function startServer(_input: ServerInput): ServerTransition {
  return serverToEchoingDoTimerStartIdle;
}

/** What one event does to the server. */
export function stepServer(state: ServerState, event: ServerEvent): ServerTransition {
  switch (state.name) {
    case 'echoing':
      switch (event.type) {
        case 'recv.payload': // PING-ECHO-1 PING-LOOP-1
          return { state, actions: [{ type: 'timer.start', timer: 'idle' }, { type: 'send.payload', data: event.data }] };
        case 'recv.malformed': // PING-FRAME-2
          return serverToFailedMalformedDoReset;
        case 'io.eof': // PING-END-2
          return serverToDoneDoTimerStopIdleClose;
        case 'io.reset':
          return serverToFailedClosed;
        case 'timer.idle': // PING-TIME-2
          return serverToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'done':
    case 'failed':
      return { state, actions: serverDoNothing };
    default:
      return unreachable(state);
  }
}

function decodeServer(payload: Uint8Array): ServerEvent {
  if (payload.length === 32) return { type: 'recv.payload', data: payload };
  return malformed;
}

function encodeServer(action: ServerAction): Uint8Array {
  switch (action.type) {
    case 'send.payload':
      return encodeMessage(action);
    default:
      return notEncodable(action.type);
  }
}

/** The server, ready for the driver. */
export const serverRole: MachineRole<ServerInput, ServerState, ServerEvent, ServerAction> = {
  protocol: 'ping',
  role: 'server',
  framing,
  timers,
  drained: false,
  errors: pingErrors,
  start: startServer,
  step: stepServer,
  decode: decodeServer,
  encode: encodeServer,
};
