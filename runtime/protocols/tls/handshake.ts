import type { Duplex } from 'node:stream'
import type { SecureContext, TLSSocket } from 'node:tls'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { SecureChannel } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import { tlsErrors } from '@p2pspec/generated/protocols/tls/errors'
import type { TlsErrorCode } from '@p2pspec/generated/protocols/tls/errors'
import { startClient, startServer, stepClient, stepServer } from '@p2pspec/generated/protocols/tls/machine'
import type { ClientAction, ClientState, ServerAction, ServerState } from '@p2pspec/generated/protocols/tls/machine'
import { abortReason } from '@p2pspec/runtime/core/abort'
import type { Clock, Timer } from '@p2pspec/runtime/core/clock'
import { toNodeStream } from '@p2pspec/runtime/core/node-stream'
import { isSocketCarrier } from '@p2pspec/runtime/core/socket-carrier'
import { internalFault } from '@p2pspec/runtime/core/stream-error'
import { offersOf } from './application-protocols.ts'
import type { OwnCertificate } from './own-certificate.ts'
import { ProofJudge } from './proof-judge.ts'
import { readChain } from './remote-certificate.ts'
import { TlsChannel } from './tls-channel.ts'
import { kindOf, TlsError } from './tls-error.ts'
import { clientSocket, serverSocket, shownChain } from './tls-socket.ts'

export interface HandshakeOptions {
  readonly side: 'client' | 'server'
  readonly certificate: OwnCertificate
  readonly secureContext: SecureContext
  readonly clock: Clock
  readonly timeoutMs: number
  readonly expected: PeerId | undefined
  readonly muxers: readonly string[]
  readonly signal: AbortSignal | undefined
}

/** Drives the machine beside the TLS library until both are done or one failed. The carrier is reset when it fails. */
export function shakeHands(carrier: ByteDuplex, options: HandshakeOptions): Promise<SecureChannel> {
  return new Promise((resolve, reject) => {
    const { signal } = options
    if (signal?.aborted === true) {
      const reason = abortReason(signal)
      carrier.reset(reason)
      reject(reason)
      return
    }
    const onAbort = (): void => {
      if (signal !== undefined) handshake.abort(abortReason(signal))
    }
    const handshake = new Handshake(carrier, options, (error, secured) => {
      signal?.removeEventListener('abort', onAbort)
      if (secured === undefined) reject(error)
      else resolve(secured)
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    handshake.begin()
  })
}

type Action = ClientAction | ServerAction
type State = ClientState | ServerState
type ClientEvent = Parameters<typeof stepClient>[1]
type ServerEvent = Parameters<typeof stepServer>[1]
type Settle = (error: Error | undefined, secured: SecureChannel | undefined) => void

class Handshake {
  readonly #carrier: ByteDuplex
  readonly #options: HandshakeOptions
  readonly #settle: Settle
  readonly #judge = new ProofJudge()
  readonly #offers: readonly string[]
  #state: State | undefined
  #timer: Timer | undefined
  #socket: TLSSocket | undefined
  #channel: TlsChannel | undefined
  #settled = false
  /** What the server answers to the client's application protocols; set by the machine's action. */
  #chosen = ''
  /** The library is in the middle of something, perhaps of an alert that is to leave: what ends here ends with the turn. */
  #librarySpeaks = false

  constructor(carrier: ByteDuplex, options: HandshakeOptions, settle: Settle) {
    this.#carrier = carrier
    this.#options = options
    this.#settle = settle
    this.#offers = offersOf(options.muxers)
  }

  begin(): void {
    const { certificate, expected, side } = this.#options
    const input = {
      expected,
      offers: this.#offers,
      localCertificateKey: certificate.certificateKey,
      localIdentity: certificate.identityKey,
      localSignature: certificate.signature,
    }
    this.#guarded(() => this.#follow(side === 'client' ? startClient(input) : startServer(input)))
    const carrier = this.#carrier
    // TLS on the socket itself is several times as fast as TLS on a stream in JavaScript.
    if (!isSocketCarrier(carrier)) this.#guarded(() => this.#secure(toNodeStream(carrier)))
    else
      carrier.detachSocket().then(
        (socket) => this.#guarded(() => this.#secure(socket)),
        (error: unknown) => this.#lost(asError(error)),
      )
  }

  abort(reason: Error): void {
    if (this.#settled) return
    this.#fail(reason)
    this.#tearDown(reason)
  }

  #secure(stream: Duplex): void {
    if (this.#settled) {
      stream.destroy()
      return
    }
    const { secureContext, side } = this.#options
    const socket =
      side === 'client'
        ? clientSocket(stream, secureContext, this.#offers)
        : serverSocket(stream, secureContext, (protocols) => this.#choose(protocols))
    this.#socket = socket
    socket.on('error', this.#onError)
    // What fails after the handshake of a server's side comes under this name alone.
    socket.on('_tlsError', this.#onError)
    socket.once(side === 'client' ? 'secureConnect' : 'secure', this.#onSecure)
    socket.once('end', this.#onEnd)
    socket.once('close', this.#onClose)
  }

  #choose(protocols: readonly string[]): string | undefined {
    this.#librarySpeaks = true
    this.#step({ type: 'recv.hello', protocols })
    this.#librarySpeaks = false
    return this.#chosen === '' ? undefined : this.#chosen
  }

  readonly #onSecure = (): void => this.#guarded(() => this.#judgeRemote())

  #judgeRemote(): void {
    const socket = this.#socket
    if (socket === undefined || this.#settled) return
    const { clock, side } = this.#options
    // A client that offers nothing never made the library ask.
    if (this.#state?.name === 'awaitHello') this.#step({ type: 'recv.hello', protocols: [] })
    const facts = readChain(shownChain(socket), clock.wallTime())
    const { alpnProtocol } = socket
    const protocol = typeof alpnProtocol === 'string' ? alpnProtocol : ''
    this.#step(
      side === 'client' ? { type: 'recv.serverProof', protocol, ...facts } : { type: 'recv.clientProof', ...facts },
    )
  }

  readonly #onError = (error: Error): void => {
    if (this.#channel !== undefined) {
      this.#channel.fail(error)
      return
    }
    this.#librarySpeaks = true
    if (kindOf(error) === 'alert') this.#step({ type: 'recv.alert', description: error.message }, error)
    else if (kindOf(error) === 'malformed') this.#step({ type: 'recv.malformed' }, error)
    else this.#lost(error)
    this.#librarySpeaks = false
  }

  readonly #onEnd = (): void => {
    this.#step({ type: 'io.eof' })
  }

  readonly #onClose = (): void => {
    this.#lost(undefined)
  }

  #lost(cause: Error | undefined): void {
    this.#step({ type: 'io.reset' }, cause)
    // The machine resets nothing here: for it the channel is gone. The carrier may be there still.
    if (!this.#settled || this.#channel === undefined) this.#tearDown(cause)
  }

  #step(event: ClientEvent | ServerEvent, cause?: Error): void {
    const state = this.#state
    // A reset of our own comes back as an end of the socket; it is no second offence.
    if (this.#settled || state === undefined || state.name === 'failed') return
    // The side decides which of the two unions state and event belong to; it never changes.
    this.#guarded(() =>
      this.#follow(
        this.#options.side === 'client'
          ? stepClient(state as ClientState, event as ClientEvent, this.#judge)
          : stepServer(state as ServerState, event as ServerEvent, this.#judge),
        cause,
      ),
    )
  }

  /** The library calls back out of its own turns: what is thrown there would end the process. */
  #guarded(run: () => void): void {
    try {
      run()
    } catch (fault) {
      const error = internalFault(fault)
      this.#fail(error)
      this.#tearDown(error)
    }
  }

  #follow(transition: { readonly state: State; readonly actions: readonly Action[] }, cause?: Error): void {
    this.#state = transition.state
    const error = transition.state.name === 'failed' ? this.#describe(transition.state.error, cause) : undefined
    for (const action of transition.actions) this.#act(action, error)
    if (error !== undefined) this.#fail(error)
  }

  #act(action: Action, error: Error | undefined): void {
    switch (action.type) {
      case 'timer.start':
        this.#timer = this.#options.clock.startTimer(this.#options.timeoutMs, () => {
          this.#step({ type: 'timer.handshake' })
        })
        return
      case 'timer.stop':
        this.#timer?.cancel()
        return
      case 'reset':
        this.#tearDown(error)
        return
      case 'send.hello':
      case 'send.clientProof':
        // The library sends the offers with its first message, and the certificate with its last, before it says that it is done.
        return
      case 'send.serverProof':
        this.#chosen = action.protocol
        return
      case 'secured':
        this.#finish(action)
        return
    }
  }

  #finish({ identityKey, muxer }: Extract<Action, { type: 'secured' }>): void {
    const remotePeer = this.#judge.peerIdOf(identityKey)
    const socket = this.#socket
    if (remotePeer === undefined || socket === undefined)
      throw new Error('assertion: a handshake was secured without a socket or with a key that is no key')
    this.#settled = true
    this.#timer?.cancel()
    socket.off('end', this.#onEnd)
    socket.off('close', this.#onClose)
    const channel = new TlsChannel(socket, this.#carrier, this.#options.clock)
    this.#channel = channel
    this.#settle(undefined, { channel, remotePeer, remotePublicKey: identityKey, muxer })
  }

  #tearDown(reason: Error | undefined): void {
    const tearDown = (): void => {
      this.#socket?.destroy()
      this.#carrier.reset(reason)
    }
    if (this.#librarySpeaks) this.#options.clock.atTurnEnd({ onTurnEnd: tearDown })
    else tearDown()
  }

  #fail(error: Error): void {
    if (this.#settled) return
    this.#settled = true
    this.#timer?.cancel()
    this.#settle(error, undefined)
  }

  #describe(code: TlsErrorCode, cause: Error | undefined): TlsError {
    const { expected, side } = this.#options
    const whom = expected === undefined ? 'a remote' : expected.toString()
    return new TlsError(code, `TLS handshake with ${whom} failed (this side is the ${side}). ${tlsErrors[code]}`, {
      cause,
    })
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
