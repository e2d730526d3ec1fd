// Generated from spec/common/limits.yaml#tls sha256:8aecf10c20bb7687a3cfca9cedda430116a2d0e287f1ebabcd55d9068d1d6eb7
// Generated from spec/protocols/tls/machine.yaml sha256:4dbc03fff40ea1b50c92d37786596ce5c6b1799f7e66a6787a64115e990b172e
// Do not edit: change the spec and run `p2pspec generate`.

import type { Framing, MachineRole, Transition } from '../../common/machine.ts';
import { unreachable } from '../../common/machine.ts';
import { notEncodable } from '../../common/machine-values.ts';
import type { PeerId } from '../../interfaces/connection.ts';
import type { TlsErrorCode } from './errors.ts';
import { tlsErrors } from './errors.ts';
/** Protocol ids, and who plays which role on a stream. */
export const tlsProtocols = {
  '/tls/1.0.0': { opener: 'client', acceptor: 'server' },
} as const;

/** Pure functions that the machine asks; its owner brings them. */
export interface TlsPredicates {
  /** The bytes are a public key of a known type in its one encoding and of a legal size. */
  validKey(bytes: Uint8Array): boolean;
  /** Identity key, certificate key, signature: the signature is good. */
  signed(bytes1: Uint8Array, bytes2: Uint8Array, bytes3: Uint8Array): boolean;
  /** The peer id belongs to the public key. */
  keyOf(bytes: Uint8Array, peer: PeerId): boolean;
  /** Both lists name something and share nothing. */
  disjoint(texts1: readonly string[], texts2: readonly string[]): boolean;
  /** The first of the first list that the second holds; empty where there is none. */
  firstCommon(texts1: readonly string[], texts2: readonly string[]): string;
  /** The application protocol where it names a muxer; nothing where it is libp2p or empty. */
  muxerOf(text: string): string | undefined;
}

const framing: Framing = { kind: 'manual' };
const timers = { handshake: 10000 };

/** The side that dialled. */
export interface ClientInput {
  readonly expected?: PeerId | undefined;
  readonly offers: readonly string[];
  readonly localCertificateKey: Uint8Array;
  readonly localIdentity: Uint8Array;
  readonly localSignature: Uint8Array;
}

export type ClientState =
    | { readonly name: 'awaitServerProof'; readonly input: ClientInput }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: TlsErrorCode };
export type ClientEvent =
    | { readonly type: 'recv.serverProof'; readonly protocol: string; readonly certificates: number; readonly wellFormed: boolean; readonly selfSigned: boolean; readonly understood: boolean; readonly begun: boolean; readonly ended: boolean; readonly extended: boolean; readonly certificateKey: Uint8Array; readonly identityKey: Uint8Array; readonly signature: Uint8Array }
    | { readonly type: 'recv.alert'; readonly description: string }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.handshake' };
export type ClientAction =
    | { readonly type: 'timer.start'; readonly timer: 'handshake' }
    | { readonly type: 'send.hello'; readonly protocols: readonly string[] }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'handshake' }
    | { readonly type: 'send.clientProof'; readonly certificates: number; readonly wellFormed: boolean; readonly selfSigned: boolean; readonly understood: boolean; readonly begun: boolean; readonly ended: boolean; readonly extended: boolean; readonly certificateKey: Uint8Array; readonly identityKey: Uint8Array; readonly signature: Uint8Array }
    | { readonly type: 'secured'; readonly identityKey: Uint8Array; readonly muxer: string | undefined };
type ClientTransition = Transition<ClientState, ClientAction>;

/** The side that listened. */
export interface ServerInput {
  readonly expected?: PeerId | undefined;
  readonly offers: readonly string[];
  readonly localCertificateKey: Uint8Array;
  readonly localIdentity: Uint8Array;
  readonly localSignature: Uint8Array;
}

export type ServerState =
    | { readonly name: 'awaitHello'; readonly input: ServerInput; readonly chosen: string }
    | { readonly name: 'awaitClientProof'; readonly input: ServerInput; readonly chosen: string }
    | { readonly name: 'done' }
    | { readonly name: 'failed'; readonly error: TlsErrorCode };
export type ServerEvent =
    | { readonly type: 'recv.hello'; readonly protocols: readonly string[] }
    | { readonly type: 'recv.clientProof'; readonly certificates: number; readonly wellFormed: boolean; readonly selfSigned: boolean; readonly understood: boolean; readonly begun: boolean; readonly ended: boolean; readonly extended: boolean; readonly certificateKey: Uint8Array; readonly identityKey: Uint8Array; readonly signature: Uint8Array }
    | { readonly type: 'recv.alert'; readonly description: string }
    | { readonly type: 'recv.malformed' }
    | { readonly type: 'io.eof' }
    | { readonly type: 'io.reset' }
    | { readonly type: 'timer.handshake' };
export type ServerAction =
    | { readonly type: 'timer.start'; readonly timer: 'handshake' }
    | { readonly type: 'send.serverProof'; readonly protocol: string; readonly certificates: number; readonly wellFormed: boolean; readonly selfSigned: boolean; readonly understood: boolean; readonly begun: boolean; readonly ended: boolean; readonly extended: boolean; readonly certificateKey: Uint8Array; readonly identityKey: Uint8Array; readonly signature: Uint8Array }
    | { readonly type: 'reset' }
    | { readonly type: 'timer.stop'; readonly timer: 'handshake' }
    | { readonly type: 'secured'; readonly identityKey: Uint8Array; readonly muxer: string | undefined };
type ServerTransition = Transition<ServerState, ServerAction>;
const malformed = { type: 'recv.malformed' } as const;
const clientDoReset: readonly ClientAction[] = [{ type: 'reset' }];
const clientToFailedNoCertificateDoReset: ClientTransition = { state: { name: 'failed', error: 'no-certificate' }, actions: clientDoReset };
const clientToFailedManyCertificatesDoReset: ClientTransition = { state: { name: 'failed', error: 'many-certificates' }, actions: clientDoReset };
const clientToFailedBadCertificateDoReset: ClientTransition = { state: { name: 'failed', error: 'bad-certificate' }, actions: clientDoReset };
const clientToFailedNotSelfSignedDoReset: ClientTransition = { state: { name: 'failed', error: 'not-self-signed' }, actions: clientDoReset };
const clientToFailedUnknownCriticalExtensionDoReset: ClientTransition = { state: { name: 'failed', error: 'unknown-critical-extension' }, actions: clientDoReset };
const clientToFailedNotYetValidDoReset: ClientTransition = { state: { name: 'failed', error: 'not-yet-valid' }, actions: clientDoReset };
const clientToFailedExpiredDoReset: ClientTransition = { state: { name: 'failed', error: 'expired' }, actions: clientDoReset };
const clientToFailedMissingExtensionDoReset: ClientTransition = { state: { name: 'failed', error: 'missing-extension' }, actions: clientDoReset };
const clientToFailedBadKeyDoReset: ClientTransition = { state: { name: 'failed', error: 'bad-key' }, actions: clientDoReset };
const clientToFailedBadSignatureDoReset: ClientTransition = { state: { name: 'failed', error: 'bad-signature' }, actions: clientDoReset };
const clientToFailedWrongPeerDoReset: ClientTransition = { state: { name: 'failed', error: 'wrong-peer' }, actions: clientDoReset };
const clientDone: ClientState = { name: 'done' };
const clientToFailedRefusedDoReset: ClientTransition = { state: { name: 'failed', error: 'refused' }, actions: clientDoReset };
const clientToFailedMalformedDoReset: ClientTransition = { state: { name: 'failed', error: 'malformed' }, actions: clientDoReset };
const clientToFailedClosedDoReset: ClientTransition = { state: { name: 'failed', error: 'closed' }, actions: clientDoReset };
const clientDoNothing: readonly ClientAction[] = [];
const clientToFailedClosed: ClientTransition = { state: { name: 'failed', error: 'closed' }, actions: clientDoNothing };
const clientToFailedTimeoutDoReset: ClientTransition = { state: { name: 'failed', error: 'timeout' }, actions: clientDoReset };

/** The client's first state, and what it does at once. */
export function startClient(input: ClientInput): ClientTransition {
  return { state: { name: 'awaitServerProof', input }, actions: [{ type: 'timer.start', timer: 'handshake' }, { type: 'send.hello', protocols: input.offers }] };
}

/** What one event does to the client. */
export function stepClient(state: ClientState, event: ClientEvent, predicates: TlsPredicates): ClientTransition {
  switch (state.name) {
    case 'awaitServerProof':
      switch (event.type) {
        case 'recv.serverProof': // TLS-AUTH-1 TLS-CHAIN-2 TLS-FORM-2 TLS-LIMIT-1 TLS-EXT-5 TLS-DATE-2 TLS-EXT-2 TLS-KEY-1 TLS-SIGN-2 TLS-PEER-1 TLS-CHAIN-1 TLS-DATE-1 TLS-EXT-1 TLS-EXT-3 TLS-EXT-4 TLS-SIGN-1 TLS-SIGN-3 TLS-MUX-4
          if (event.certificates === 0) {
            return clientToFailedNoCertificateDoReset;
          }
          if (event.certificates > 1) {
            return clientToFailedManyCertificatesDoReset;
          }
          if (!event.wellFormed) {
            return clientToFailedBadCertificateDoReset;
          }
          if (!event.selfSigned) {
            return clientToFailedNotSelfSignedDoReset;
          }
          if (!event.understood) {
            return clientToFailedUnknownCriticalExtensionDoReset;
          }
          if (!event.begun) {
            return clientToFailedNotYetValidDoReset;
          }
          if (event.ended) {
            return clientToFailedExpiredDoReset;
          }
          if (!event.extended) {
            return clientToFailedMissingExtensionDoReset;
          }
          if (!predicates.validKey(event.identityKey)) {
            return clientToFailedBadKeyDoReset;
          }
          if (!predicates.signed(event.identityKey, event.certificateKey, event.signature)) {
            return clientToFailedBadSignatureDoReset;
          }
          if (state.input.expected !== undefined && !predicates.keyOf(event.identityKey, state.input.expected)) {
            return clientToFailedWrongPeerDoReset;
          }
          return { state: clientDone, actions: [{ type: 'timer.stop', timer: 'handshake' }, { type: 'send.clientProof', certificates: 1, wellFormed: true, selfSigned: true, understood: true, begun: true, ended: false, extended: true, certificateKey: state.input.localCertificateKey, identityKey: state.input.localIdentity, signature: state.input.localSignature }, { type: 'secured', identityKey: event.identityKey, muxer: predicates.muxerOf(event.protocol) }] };
        case 'recv.alert':
          return clientToFailedRefusedDoReset;
        case 'recv.malformed': // TLS-VER-1
          return clientToFailedMalformedDoReset;
        case 'io.eof':
          return clientToFailedClosedDoReset;
        case 'io.reset':
          return clientToFailedClosed;
        case 'timer.handshake': // TLS-TIME-1
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

/** The side that dialled. Ready for the driver. */
export function clientRole(predicates: TlsPredicates): MachineRole<ClientInput, ClientState, ClientEvent, ClientAction> {
  return {
  protocol: 'tls',
  role: 'client',
  framing,
  timers,
  drained: false,
  errors: tlsErrors,
  start: startClient,
  step: (state, event) => stepClient(state, event, predicates),
  decode: decodeClient,
  encode: encodeClient,
  };
}

const serverDoTimerStartHandshake: readonly ServerAction[] = [{ type: 'timer.start', timer: 'handshake' }];
const serverDoReset: readonly ServerAction[] = [{ type: 'reset' }];
const serverToFailedNoCommonProtocolDoReset: ServerTransition = { state: { name: 'failed', error: 'no-common-protocol' }, actions: serverDoReset };
const serverToFailedMalformedDoReset: ServerTransition = { state: { name: 'failed', error: 'malformed' }, actions: serverDoReset };
const serverToFailedClosedDoReset: ServerTransition = { state: { name: 'failed', error: 'closed' }, actions: serverDoReset };
const serverDoNothing: readonly ServerAction[] = [];
const serverToFailedClosed: ServerTransition = { state: { name: 'failed', error: 'closed' }, actions: serverDoNothing };
const serverToFailedTimeoutDoReset: ServerTransition = { state: { name: 'failed', error: 'timeout' }, actions: serverDoReset };
const serverToFailedNoCertificateDoReset: ServerTransition = { state: { name: 'failed', error: 'no-certificate' }, actions: serverDoReset };
const serverToFailedManyCertificatesDoReset: ServerTransition = { state: { name: 'failed', error: 'many-certificates' }, actions: serverDoReset };
const serverToFailedBadCertificateDoReset: ServerTransition = { state: { name: 'failed', error: 'bad-certificate' }, actions: serverDoReset };
const serverToFailedNotSelfSignedDoReset: ServerTransition = { state: { name: 'failed', error: 'not-self-signed' }, actions: serverDoReset };
const serverToFailedUnknownCriticalExtensionDoReset: ServerTransition = { state: { name: 'failed', error: 'unknown-critical-extension' }, actions: serverDoReset };
const serverToFailedNotYetValidDoReset: ServerTransition = { state: { name: 'failed', error: 'not-yet-valid' }, actions: serverDoReset };
const serverToFailedExpiredDoReset: ServerTransition = { state: { name: 'failed', error: 'expired' }, actions: serverDoReset };
const serverToFailedMissingExtensionDoReset: ServerTransition = { state: { name: 'failed', error: 'missing-extension' }, actions: serverDoReset };
const serverToFailedBadKeyDoReset: ServerTransition = { state: { name: 'failed', error: 'bad-key' }, actions: serverDoReset };
const serverToFailedBadSignatureDoReset: ServerTransition = { state: { name: 'failed', error: 'bad-signature' }, actions: serverDoReset };
const serverToFailedWrongPeerDoReset: ServerTransition = { state: { name: 'failed', error: 'wrong-peer' }, actions: serverDoReset };
const serverDone: ServerState = { name: 'done' };

/** The server's first state, and what it does at once. */
export function startServer(input: ServerInput): ServerTransition {
  return { state: { name: 'awaitHello', input, chosen: '' }, actions: serverDoTimerStartHandshake };
}

/** What one event does to the server. */
export function stepServer(state: ServerState, event: ServerEvent, predicates: TlsPredicates): ServerTransition {
  switch (state.name) {
    case 'awaitHello':
      switch (event.type) {
        case 'recv.hello': // TLS-ALPN-2 TLS-CHAIN-1 TLS-DATE-1 TLS-EXT-1 TLS-SIGN-1 TLS-SIGN-3 TLS-MUX-2
          {
            if (event.protocols.length === 0) {
              return { state: { name: 'awaitClientProof', input: state.input, chosen: state.chosen }, actions: [{ type: 'send.serverProof', protocol: state.chosen, certificates: 1, wellFormed: true, selfSigned: true, understood: true, begun: true, ended: false, extended: true, certificateKey: state.input.localCertificateKey, identityKey: state.input.localIdentity, signature: state.input.localSignature }] };
            }
            if (predicates.disjoint(event.protocols, state.input.offers)) {
              return serverToFailedNoCommonProtocolDoReset;
            }
            const newChosen = predicates.firstCommon(event.protocols, state.input.offers);
            return { state: { name: 'awaitClientProof', input: state.input, chosen: newChosen }, actions: [{ type: 'send.serverProof', protocol: newChosen, certificates: 1, wellFormed: true, selfSigned: true, understood: true, begun: true, ended: false, extended: true, certificateKey: state.input.localCertificateKey, identityKey: state.input.localIdentity, signature: state.input.localSignature }] };
          }
        case 'recv.clientProof':
        case 'recv.alert':
        case 'recv.malformed': // TLS-VER-1
          return serverToFailedMalformedDoReset;
        case 'io.eof':
          return serverToFailedClosedDoReset;
        case 'io.reset':
          return serverToFailedClosed;
        case 'timer.handshake': // TLS-TIME-1
          return serverToFailedTimeoutDoReset;
        default:
          return unreachable(event);
      }
    case 'awaitClientProof':
      switch (event.type) {
        case 'recv.hello':
        case 'recv.alert':
        case 'recv.malformed': // TLS-VER-1
          return serverToFailedMalformedDoReset;
        case 'recv.clientProof': // TLS-AUTH-2 TLS-EARLY-1 TLS-CHAIN-2 TLS-FORM-2 TLS-LIMIT-1 TLS-EXT-5 TLS-DATE-2 TLS-EXT-2 TLS-KEY-1 TLS-SIGN-2 TLS-PEER-1 TLS-AUTH-1 TLS-EXT-3 TLS-EXT-4 TLS-MUX-4
          if (event.certificates === 0) {
            return serverToFailedNoCertificateDoReset;
          }
          if (event.certificates > 1) {
            return serverToFailedManyCertificatesDoReset;
          }
          if (!event.wellFormed) {
            return serverToFailedBadCertificateDoReset;
          }
          if (!event.selfSigned) {
            return serverToFailedNotSelfSignedDoReset;
          }
          if (!event.understood) {
            return serverToFailedUnknownCriticalExtensionDoReset;
          }
          if (!event.begun) {
            return serverToFailedNotYetValidDoReset;
          }
          if (event.ended) {
            return serverToFailedExpiredDoReset;
          }
          if (!event.extended) {
            return serverToFailedMissingExtensionDoReset;
          }
          if (!predicates.validKey(event.identityKey)) {
            return serverToFailedBadKeyDoReset;
          }
          if (!predicates.signed(event.identityKey, event.certificateKey, event.signature)) {
            return serverToFailedBadSignatureDoReset;
          }
          if (state.input.expected !== undefined && !predicates.keyOf(event.identityKey, state.input.expected)) {
            return serverToFailedWrongPeerDoReset;
          }
          return { state: serverDone, actions: [{ type: 'timer.stop', timer: 'handshake' }, { type: 'secured', identityKey: event.identityKey, muxer: predicates.muxerOf(state.chosen) }] };
        case 'io.eof':
          return serverToFailedClosedDoReset;
        case 'io.reset':
          return serverToFailedClosed;
        case 'timer.handshake': // TLS-TIME-1
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

/** The side that listened. Ready for the driver. */
export function serverRole(predicates: TlsPredicates): MachineRole<ServerInput, ServerState, ServerEvent, ServerAction> {
  return {
  protocol: 'tls',
  role: 'server',
  framing,
  timers,
  drained: false,
  errors: tlsErrors,
  start: startServer,
  step: (state, event) => stepServer(state, event, predicates),
  decode: decodeServer,
  encode: encodeServer,
  };
}
