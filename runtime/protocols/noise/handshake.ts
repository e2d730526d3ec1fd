import { limits } from '@p2pspec/generated/common/limits'
import { noiseErrors } from '@p2pspec/generated/protocols/noise/errors'
import type { NoiseErrorCode } from '@p2pspec/generated/protocols/noise/errors'
import {
  startInitiator,
  startResponder,
  stepInitiator,
  stepResponder,
} from '@p2pspec/generated/protocols/noise/machine'
import type {
  InitiatorAction,
  InitiatorState,
  ResponderAction,
  ResponderState,
} from '@p2pspec/generated/protocols/noise/machine'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { SecureChannel } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'
import { abortReason } from '@p2pspec/runtime/core/abort'
import type { Clock, Timer } from '@p2pspec/runtime/core/clock'
import { headerBytes } from './frame.ts'
import { decodeHandshakePayload, emptyPayload, encodeHandshakePayload } from './handshake-payload.ts'
import { HandshakeState } from './handshake-state.ts'
import type { OpenedMessage } from './handshake-state.ts'
import { PayloadJudge } from './identity-proof.ts'
import type { IdentityProof } from './identity-proof.ts'
import { MessageCutter } from './message-cutter.ts'
import { NoiseChannel } from './noise-channel.ts'
import { NoiseError } from './noise-error.ts'
import type { X25519Key } from './x25519-key.ts'

/** A secure channel, with what only some of its users want to know. */
export interface NoiseSecureChannel extends SecureChannel {
  /** Certificate hashes that the remote named (WebTransport). */
  readonly certificateHashes: readonly Uint8Array[]
  /** The same on both sides of this handshake and nowhere else: what a channel binding is made from. */
  readonly handshakeHash: Uint8Array
}

export interface HandshakeOptions {
  readonly side: 'initiator' | 'responder'
  readonly proof: IdentityProof
  readonly ephemeral: X25519Key
  readonly clock: Clock
  readonly timeoutMs: number
  readonly prologue: Uint8Array | undefined
  readonly expected: PeerId | undefined
  readonly muxers: readonly string[]
  readonly certificateHashes: readonly Uint8Array[]
  readonly signal: AbortSignal | undefined
  /** Reading begins when it resolves; undefined: at once. */
  readonly negotiated: Promise<unknown> | undefined
}

/** Drives the machine over a raw channel until it is done or failed. The channel is reset when it fails. */
export function shakeHands(carrier: ByteDuplex, options: HandshakeOptions): Promise<NoiseSecureChannel> {
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

type Action = InitiatorAction | ResponderAction
type Settle = (error: Error | undefined, secured: NoiseSecureChannel | undefined) => void

class Handshake implements ByteSink {
  readonly #carrier: ByteDuplex
  readonly #options: HandshakeOptions
  readonly #settle: Settle
  readonly #noise: HandshakeState
  readonly #judge = new PayloadJudge()
  readonly #cutter = new MessageCutter(limits.noise.maxHandshakeMessageBytes)
  #state: InitiatorState | ResponderState | undefined
  #timer: Timer | undefined
  #settled = false
  /** Bytes behind the message that is being worked on. */
  #rest: Uint8Array = emptyPayload.identityKey

  constructor(carrier: ByteDuplex, options: HandshakeOptions, settle: Settle) {
    this.#carrier = carrier
    this.#options = options
    this.#settle = settle
    this.#noise = new HandshakeState(options.proof.staticKey, options.ephemeral, options.prologue)
  }

  begin(): void {
    const { proof, ephemeral, expected, muxers, certificateHashes } = this.#options
    const input = {
      expected,
      localEphemeral: ephemeral.publicBytes,
      localStatic: proof.staticKey.publicBytes,
      localIdentity: proof.identityKey,
      localSignature: proof.signature,
      localMuxers: muxers,
      localHashes: certificateHashes,
    }
    this.#follow(this.#options.side === 'initiator' ? startInitiator(input) : startResponder(input))
    const { negotiated } = this.#options
    if (negotiated === undefined) this.#read()
    else
      negotiated.then(
        () => this.#read(),
        (error: unknown) => this.abort(error instanceof Error ? error : new Error(String(error))),
      )
  }

  #read(): void {
    if (!this.#settled) this.#carrier.consume(this)
  }

  abort(reason: Error): void {
    if (this.#settled) return
    this.#fail(reason)
    this.#carrier.reset(reason)
  }

  push(chunk: Uint8Array): void {
    let unread = chunk
    while (!this.#settled && unread.length > 0) {
      const cut = this.#cutter.push(unread)
      if (cut === undefined) return
      if (cut === 'malformed') {
        this.#step({ type: 'recv.malformed' })
        return
      }
      unread = cut.rest
      this.#rest = cut.rest
      this.#receive(cut.message)
    }
  }

  end(): void {
    this.#step({ type: 'io.eof' })
  }

  fail(error: Error): void {
    this.#step({ type: 'io.reset' }, error)
  }

  #receive(message: Uint8Array): void {
    switch (this.#state?.name) {
      case 'awaitResponse':
        this.#step({ type: 'recv.response', ...readPayload(this.#noise.readResponse(message)) })
        return
      case 'awaitFinish':
        this.#step({ type: 'recv.finish', ...readPayload(this.#noise.readFinish(message)) })
        return
      case 'awaitHello': {
        const hello = this.#noise.readHello(message)
        if (hello === undefined) this.#step({ type: 'recv.malformed' })
        else
          this.#step({
            type: 'recv.hello',
            ephemeral: hello.ephemeral,
            usable: hello.usable,
            bare: hello.payload.length === 0,
          })
        return
      }
      default:
        return
    }
  }

  #step(event: Parameters<typeof stepInitiator>[1] | Parameters<typeof stepResponder>[1], cause?: Error): void {
    const state = this.#state
    // A reset of our own comes back as a failure of the carrier; it is no second offence.
    if (this.#settled || state === undefined || state.name === 'failed') return
    // The side decides which of the two unions state and event belong to; it never changes.
    const transition =
      this.#options.side === 'initiator'
        ? stepInitiator(state as InitiatorState, event as Parameters<typeof stepInitiator>[1], this.#judge)
        : stepResponder(state as ResponderState, event as Parameters<typeof stepResponder>[1], this.#judge)
    this.#follow(transition, cause)
  }

  #follow(
    transition: { readonly state: InitiatorState | ResponderState; readonly actions: readonly Action[] },
    cause?: Error,
  ): void {
    this.#state = transition.state
    // The error is named before anything is torn down, so that the reset carries it.
    const error = transition.state.name === 'failed' ? this.#describe(transition.state.error, cause) : undefined
    try {
      for (const action of transition.actions) this.#act(action, error)
    } catch (thrown) {
      const failure = thrown instanceof Error ? thrown : new Error(String(thrown))
      this.#fail(failure)
      this.#carrier.reset(failure)
      return
    }
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
        this.#carrier.reset(error)
        return
      case 'send.hello':
        this.#send(this.#noise.writeHello())
        return
      case 'send.response':
        this.#send(this.#noise.writeResponse(encodeHandshakePayload(action)))
        return
      case 'send.finish':
        this.#send(this.#noise.writeFinish(encodeHandshakePayload(action)))
        return
      case 'secured':
        this.#secure(action)
        return
    }
  }

  #send(message: Uint8Array): void {
    const framed = new Uint8Array(headerBytes + message.length)
    framed[0] = message.length >>> 8
    framed[1] = message.length & 0xff
    framed.set(message, headerBytes)
    this.#carrier.writeNow(framed)
  }

  #secure({ identityKey, muxer, certificateHashes }: Extract<Action, { type: 'secured' }>): void {
    const remotePeer = this.#judge.peerIdOf(identityKey)
    if (remotePeer === undefined) throw new Error('assertion: a handshake was secured with a key that is no key')
    const channel = new NoiseChannel(this.#carrier, this.#noise.channelKeys(this.#options.side), this.#options.clock)
    this.#settled = true
    this.#timer?.cancel()
    // Frames may stand in the same chunk behind the handshake; they come before what the carrier still holds.
    if (this.#rest.length > 0) channel.push(this.#rest)
    this.#carrier.consume(channel)
    //= NOISE-CERT-1
    this.#settle(undefined, {
      channel,
      remotePeer,
      remotePublicKey: identityKey,
      muxer,
      certificateHashes,
      handshakeHash: this.#noise.handshakeHash,
    })
  }

  #fail(error: Error): void {
    if (this.#settled) return
    this.#settled = true
    this.#timer?.cancel()
    this.#settle(error, undefined)
  }

  #describe(code: NoiseErrorCode, cause: Error | undefined): NoiseError {
    const { expected } = this.#options
    const whom = expected === undefined ? 'a remote' : expected.toString()
    return new NoiseError(
      code,
      `Noise handshake with ${whom} failed (this side is the ${this.#options.side}). ${noiseErrors[code]}`,
      { cause },
    )
  }
}

function readPayload(opened: OpenedMessage | undefined): {
  readonly opened: boolean
  readonly wellFormed: boolean
  readonly staticKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly identitySignature: Uint8Array
  readonly muxers: readonly string[]
  readonly certificateHashes: readonly Uint8Array[]
} {
  const payload = opened === undefined ? undefined : decodeHandshakePayload(opened.payload)
  return {
    opened: opened !== undefined,
    wellFormed: payload !== undefined,
    staticKey: opened?.staticKey ?? emptyPayload.identityKey,
    ...(payload ?? emptyPayload),
  }
}
