// Generated from spec/common/limits.yaml#perf sha256:8b6a713b9aa7b1e34839efd6338256fe1ec70b465664c568bd70e2c0cd8f5f39
// Generated from spec/protocols/perf/layout.yaml sha256:f6cff38b4b1564cea9d6f9a42bdc1b86bc26adc4097171c7ce469d216926301d
// Generated from spec/protocols/perf/machine.yaml sha256:6fea17af5987b4ff435ac50d6f642aed50daa415d9f13692fd21b8e61ecb4a1f
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable } from '../../common/machine-values.ts';
import type { PerfErrorCode } from './errors.ts';
import { perfErrors } from './errors.ts';
/** Protocol ids, and who plays which role on a stream. */
export const perfProtocols = {
  '/perf/1.0.0': { opener: 'client', acceptor: 'server' },
} as const;
const framing: Framing = { kind: 'manual' };
const timers = { request: 10000, idle: 60000 };

/** What the client is given at its start. */
export interface ClientInput {
  readonly upload: bigint;
  readonly download: bigint;
}

export type ClientState =
    | { readonly name: 'uploading'; readonly input: ClientInput; readonly missing: bigint }
    | { readonly name: 'downloading'; readonly input: ClientInput; readonly missing: bigint }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: PerfErrorCode };
export type ClientEvent =
    | { readonly type: 'recv.data'; readonly length: bigint }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'io.drained' }
    | { readonly type: 'timer.idle' };
export type ClientAction =
    | { readonly type: 'timer.start'; readonly timer: 'request' | 'idle' }
    | { readonly type: 'send.request'; readonly downloadBytes: bigint }
    | { readonly type: 'send.data'; readonly length: bigint }
    | { readonly type: 'reset' }
    | { readonly type: 'closeWrite' }
    | { readonly type: 'timer.stop'; readonly timer: 'request' | 'idle' }
    | { readonly type: 'close' }
    | { readonly type: 'measured' };
type ClientTransition = Transition<ClientState, ClientAction>;
/** The server needs nothing at its start. */
export type ServerInput = Readonly<Record<string, never>>;
export type ServerState =
    | { readonly name: 'awaitRequest'; readonly wanted: bigint }
    | { readonly name: 'uploading'; readonly wanted: bigint }
    | { readonly name: 'downloading'; readonly wanted: bigint }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: PerfErrorCode };
export type ServerEvent =
    | { readonly type: 'recv.request'; readonly downloadBytes: bigint }
    | { readonly type: 'recv.data'; readonly length: bigint }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'io.drained' }
    | { readonly type: 'timer.request' }
    | { readonly type: 'timer.idle' };
export type ServerAction =
    | { readonly type: 'timer.start'; readonly timer: 'request' | 'idle' }
    | { readonly type: 'timer.stop'; readonly timer: 'request' | 'idle' }
    | { readonly type: 'reset' }
    | { readonly type: 'send.data'; readonly length: bigint }
    | { readonly type: 'close' };
type ServerTransition = Transition<ServerState, ServerAction>;
const malformed = { type: 'recv.malformed' } as const;
const clientDoReset: readonly ClientAction[] = [{ type: 'reset' }];
const clientToFailedEarlyDataDoReset: ClientTransition = { state: { name: 'failed', error: 'early-data' }, actions: clientDoReset };
const clientToFailedMalformedDoReset: ClientTransition = { state: { name: 'failed', error: 'malformed' }, actions: clientDoReset };
const clientToFailedTooLittleDoReset: ClientTransition = { state: { name: 'failed', error: 'too-little' }, actions: clientDoReset };
const clientDoNothing: readonly ClientAction[] = [];
const clientToFailedClosed: ClientTransition = { state: { name: 'failed', error: 'closed' }, actions: clientDoNothing };
const clientDoTimerStartIdleCloseWrite: readonly ClientAction[] = [{ type: 'timer.start', timer: 'idle' }, { type: 'closeWrite' }];
const clientToFailedTimeoutDoReset: ClientTransition = { state: { name: 'failed', error: 'timeout' }, actions: clientDoReset };
const clientToFailedTooMuchDoReset: ClientTransition = { state: { name: 'failed', error: 'too-much' }, actions: clientDoReset };
const clientDoTimerStopIdleCloseMeasured: readonly ClientAction[] = [{ type: 'timer.stop', timer: 'idle' }, { type: 'close' }, { type: 'measured' }];
const clientToDoneDoTimerStopIdleCloseMeasured: ClientTransition = { state: { name: 'done' }, actions: clientDoTimerStopIdleCloseMeasured };

/** The client's first state, and what it does at once. */
export function startClient(input: ClientInput): ClientTransition {
  const newMissing = input.download;
  return { state: { name: 'uploading', input, missing: newMissing }, actions: [{ type: 'timer.start', timer: 'idle' }, { type: 'send.request', downloadBytes: input.download }, { type: 'send.data', length: input.upload }] };
}

/** What one event does to the client. */
export function stepClient(state: ClientState, event: ClientEvent): ClientTransition {
  switch (state.name) {
    case 'uploading':
      switch (event.type) {
        case 'recv.data': // PERF-ORDER-2
          return clientToFailedEarlyDataDoReset;
        case 'recv.malformed': // PERF-FRAME-1
          return clientToFailedMalformedDoReset;
        case 'io.eof': // PERF-COUNT-2
          return clientToFailedTooLittleDoReset;
        case 'io.reset':
          return clientToFailedClosed;
        case 'io.drained': // PERF-ORDER-1 PERF-END-1
          return { state: { name: 'downloading', input: state.input, missing: state.missing }, actions: clientDoTimerStartIdleCloseWrite };
        case 'timer.idle': // PERF-TIME-1
          return clientToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'downloading':
      switch (event.type) {
        case 'recv.data': // PERF-COUNT-1 PERF-COUNT-2
          if (event.length <= state.missing) {
            const newMissing = state.missing - event.length;
            return { state: { name: 'downloading', input: state.input, missing: newMissing }, actions: clientDoNothing };
          }
          return clientToFailedTooMuchDoReset;
        case 'recv.malformed': // PERF-FRAME-1
          return clientToFailedMalformedDoReset;
        case 'io.eof': // PERF-COUNT-2
          if (state.missing === 0n) {
            return clientToDoneDoTimerStopIdleCloseMeasured;
          }
          return clientToFailedTooLittleDoReset;
        case 'io.reset':
          return clientToFailedClosed;
        case 'io.drained':
          return { state, actions: clientDoNothing };
        case 'timer.idle': // PERF-TIME-1
          return clientToFailedTimeoutDoReset;
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

function decodeClient(_payload: Uint8Array): ClientEvent {
  return malformed;
}

function encodeClient(action: ClientAction): Uint8Array {
  return notEncodable(action.type);
}

/** The client, ready for the driver. */
export const clientRole: MachineRole<ClientInput, ClientState, ClientEvent, ClientAction> = {
  protocol: 'perf',
  role: 'client',
  framing,
  timers,
  drained: true,
  errors: perfErrors,
  start: startClient,
  step: stepClient,
  decode: decodeClient,
  encode: encodeClient,
};
const serverDoTimerStartRequest: readonly ServerAction[] = [{ type: 'timer.start', timer: 'request' }];
const serverDoTimerStopRequestTimerStartIdle: readonly ServerAction[] = [{ type: 'timer.stop', timer: 'request' }, { type: 'timer.start', timer: 'idle' }];
const serverDoReset: readonly ServerAction[] = [{ type: 'reset' }];
const serverToFailedMalformedDoReset: ServerTransition = { state: { name: 'failed', error: 'malformed' }, actions: serverDoReset };
const serverDoNothing: readonly ServerAction[] = [];
const serverToFailedClosed: ServerTransition = { state: { name: 'failed', error: 'closed' }, actions: serverDoNothing };
const serverToFailedTimeoutDoReset: ServerTransition = { state: { name: 'failed', error: 'timeout' }, actions: serverDoReset };
const serverDoTimerStopIdleClose: readonly ServerAction[] = [{ type: 'timer.stop', timer: 'idle' }, { type: 'close' }];
const serverToDoneDoTimerStopIdleClose: ServerTransition = { state: { name: 'done' }, actions: serverDoTimerStopIdleClose };

/** The server's first state, and what it does at once. */
export function startServer(_input: ServerInput): ServerTransition {
  return { state: { name: 'awaitRequest', wanted: 0n }, actions: serverDoTimerStartRequest };
}

/** What one event does to the server. */
export function stepServer(state: ServerState, event: ServerEvent): ServerTransition {
  switch (state.name) {
    case 'awaitRequest':
      switch (event.type) {
        case 'recv.request': // PERF-FRAME-1 PERF-COUNT-1
          {
            const newWanted = event.downloadBytes;
            return { state: { name: 'uploading', wanted: newWanted }, actions: serverDoTimerStopRequestTimerStartIdle };
          }
        case 'recv.data':
        case 'recv.malformed': // PERF-FRAME-1
        case 'io.eof': // PERF-FRAME-1
          return serverToFailedMalformedDoReset;
        case 'io.reset':
          return serverToFailedClosed;
        case 'io.drained':
          return { state, actions: serverDoNothing };
        case 'timer.request': // PERF-TIME-1
        case 'timer.idle': // PERF-TIME-1
          return serverToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'uploading':
      switch (event.type) {
        case 'recv.request':
        case 'recv.malformed': // PERF-FRAME-1
          return serverToFailedMalformedDoReset;
        case 'recv.data': // PERF-ORDER-1
        case 'io.drained':
          return { state, actions: serverDoNothing };
        case 'io.eof': // PERF-ORDER-1 PERF-ORDER-2 PERF-COUNT-1
          return { state: { name: 'downloading', wanted: state.wanted }, actions: [{ type: 'timer.start', timer: 'idle' }, { type: 'send.data', length: state.wanted }] };
        case 'io.reset':
          return serverToFailedClosed;
        case 'timer.request': // PERF-TIME-1
        case 'timer.idle': // PERF-TIME-1
          return serverToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'downloading':
      switch (event.type) {
        case 'recv.request':
        case 'recv.data':
        case 'io.eof':
          return { state, actions: serverDoNothing };
        case 'recv.malformed': // PERF-FRAME-1
          return serverToFailedMalformedDoReset;
        case 'io.reset':
          return serverToFailedClosed;
        case 'io.drained': // PERF-END-2
          return serverToDoneDoTimerStopIdleClose;
        case 'timer.request': // PERF-TIME-1
        case 'timer.idle': // PERF-TIME-1
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

function decodeServer(_payload: Uint8Array): ServerEvent {
  return malformed;
}

function encodeServer(action: ServerAction): Uint8Array {
  return notEncodable(action.type);
}

/** The server, ready for the driver. */
export const serverRole: MachineRole<ServerInput, ServerState, ServerEvent, ServerAction> = {
  protocol: 'perf',
  role: 'server',
  framing,
  timers,
  drained: true,
  errors: perfErrors,
  start: startServer,
  step: stepServer,
  decode: decodeServer,
  encode: encodeServer,
};
