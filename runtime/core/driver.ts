import type {
  MachineAction,
  MachineEvent,
  MachineRole,
  MachineState,
  Transition,
} from '@p2pspec/generated/common/machine'
import type { AbortOptions, ByteDuplex, ByteSink, Stream } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import { abortReason, ignoreRejection } from './abort.ts'
import { systemClock, type Clock, type Timer } from './clock.ts'
import type { ByteSource, DriverCodec } from './driver-codec.ts'
import { DriverError, type FrameOffence } from './driver-error.ts'
import { FrameReader } from './driver-frame-reader.ts'
import { frame, joinFrames } from './driver-frame-writer.ts'

export interface DriverOptions<
  Action extends MachineAction,
  Event extends MachineEvent = MachineEvent,
> extends AbortOptions {
  readonly clock?: Clock | undefined
  /** Frames that were made before: the same bytes as `encode` and the framing give, without making them again. */
  readonly readyFrame?: ((action: Action) => Uint8Array | undefined) | undefined
  /** Reads and writes the messages where the machine's framing is manual. */
  readonly codec?: DriverCodec<Event, Action> | undefined
  /** Timers that count silence: while bytes move either way they start again instead of running out. */
  readonly idleTimers?: readonly string[] | undefined
  /** An output of the machine, in the turn in which it arises. The final one comes after unread bytes were handed back. */
  readonly onOutput?: ((output: Action) => void) | undefined
  /** The machine has ended; nothing follows. Called exactly once, with the error where it was no success. */
  readonly onEnd?: ((error: Error | undefined) => void) | undefined
}

/** Every generated event union holds these, so handing them to any machine is sound. */
const malformedEvent: MachineEvent = { type: 'recv.malformed' }
const eofEvent: MachineEvent = { type: 'io.eof' }
const resetEvent: MachineEvent = { type: 'io.reset' }
const drainedEvent: MachineEvent = { type: 'io.drained' }
const nothing = new Uint8Array(0)

/**
 * Runs one role of any generated machine over a byte duplex: frames → events → `step` → actions → one write a turn.
 * It knows no protocol. Everything happens in the turn in which bytes arrive; there is no promise inside.
 */
export class Driver<
  Input,
  State extends MachineState,
  Event extends MachineEvent,
  Action extends MachineAction,
> implements ByteSink {
  readonly #role: MachineRole<Input, State, Event, Action>
  readonly #duplex: ByteDuplex
  readonly #options: DriverOptions<Action, Event>
  readonly #reader: FrameReader
  readonly #codec: DriverCodec<Event, Action> | undefined
  #state: State | undefined
  #timers: Map<string, Timer> | undefined
  #unsent: (Uint8Array | ByteSource)[] = []
  /** Counts reads and writes, so that a timer of silence sees whether there was any. */
  #moves = 0
  #output: Action | undefined
  #error: Error | undefined
  #cause: Error | undefined
  #offence: FrameOffence | undefined
  #depth = 0
  /** This side wrote and the carrier has not yet taken it all. */
  #choked = false
  /** The remote's bytes no longer matter. */
  #deaf = false
  /** The machine itself ended the duplex, so there is nothing to hand on. */
  #ended = false
  #over = false
  #intercepted: MuxedStream | undefined

  constructor(
    role: MachineRole<Input, State, Event, Action>,
    duplex: ByteDuplex,
    options: DriverOptions<Action, Event> = {},
  ) {
    this.#role = role
    this.#duplex = duplex
    this.#options = options
    this.#codec = options.codec
    this.#reader = new FrameReader(role.framing, duplex.borrowed)
  }

  /** The machine's state; undefined before the start. */
  get state(): State | undefined {
    return this.#state
  }

  get isOver(): boolean {
    return this.#over
  }

  /** Sends what the machine sends first, and takes the duplex's bytes. */
  start(input: Input): void {
    if (this.#begin(input)) this.#attach()
  }

  /** The same before the application: it may use the stream meanwhile, but its reads wait until the machine has ended. */
  startBefore(input: Input, stream: MuxedStream): void {
    this.#intercepted = stream
    if (this.#begin(input)) this.#attach()
  }

  /** The local application asks for something (`call.<name>`). Ignored once the machine has ended. */
  call(event: Event): void {
    this.#enter()
    this.#step(event)
    this.#leave()
  }

  push(chunk: Uint8Array): unknown {
    if (this.#over || this.#deaf) return 'done'
    this.#enter()
    try {
      this.#moves += 1
      if (this.#codec === undefined) {
        this.#reader.feed(chunk)
        this.#readFrames()
      } else {
        this.#codec.feed(chunk)
        this.#readMessages(this.#codec)
      }
    } catch (fault) {
      this.#crash(fault)
    }
    this.#leave()
    return this.#codec?.keepsNothing === true ? 'done' : undefined
  }

  end(): void {
    if (this.#over) return
    this.#enter()
    if (!this.#deaf && (this.#codec ?? this.#reader).isPartial) this.#malformed('truncated')
    this.#step(eofEvent)
    this.#leave()
  }

  fail(error: Error): void {
    // A reset of our own comes back as a failure of the carrier.
    if (this.#over || this.#ended) return
    this.#enter()
    this.#cause = error
    this.#deaf = true
    this.#unsent = []
    this.#step(resetEvent)
    if (!this.#over) this.#finish(error)
    this.#leave()
  }

  drain(): void {
    if (!this.#choked || this.#over) return
    this.#enter()
    this.#choked = false
    if (this.#unsent.length > 0) this.#flush()
    else if (this.#role.drained) this.#step(drainedEvent)
    this.#leave()
    if (!this.#over && !this.#choked) this.#duplex.resume()
  }

  /** Ends the machine from outside: resets the duplex and reports the reason. */
  abort(reason: Error): void {
    if (this.#over) return
    this.#ended = true
    this.#unsent = []
    this.#duplex.reset(reason)
    this.#finish(reason)
  }

  #begin(input: Input): boolean {
    const { signal } = this.#options
    if (signal?.aborted === true) {
      this.abort(abortReason(signal))
      return false
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#enter()
    try {
      this.#apply(this.#role.start(input), 'start')
    } catch (fault) {
      this.#crash(fault)
    }
    this.#leave()
    return !this.#over
  }

  readonly #onAbort = (): void => {
    const { signal } = this.#options
    if (signal !== undefined) this.abort(abortReason(signal))
  }

  #readFrames(): void {
    const reader = this.#reader
    while (!this.#over && !this.#deaf) {
      if (this.#choked) {
        // The remote does not take what it is sent: leave the rest of its bytes to the carrier, which holds the remote back.
        const rest = reader.rest()
        if (rest !== undefined) {
          this.#duplex.unshift(rest)
          this.#attach()
        }
        return
      }
      const payload = reader.next()
      if (payload === undefined) {
        if (reader.offence !== undefined) this.#malformed(reader.offence)
        return
      }
      const event = this.#role.decode(payload)
      if (event.type === 'recv.malformed') this.#malformed('no-message', event)
      else this.#step(event)
      if (this.#unsent.length >= sendsBeforeFlush) this.#flush()
    }
  }

  #readMessages(codec: DriverCodec<Event, Action>): void {
    while (!this.#over && !this.#deaf) {
      const event = codec.next()
      if (event === undefined) return
      this.#step(event)
    }
  }

  #malformed(offence: FrameOffence, event: MachineEvent = malformedEvent): void {
    this.#offence = offence
    if (offence !== 'no-message') this.#deaf = true
    this.#step(event)
    this.#offence = undefined
  }

  #step(event: MachineEvent): void {
    const state = this.#state
    if (this.#over || state === undefined) return
    try {
      // Sound for decoded events by type, and for the shared ones because every event union holds them.
      this.#apply(this.#role.step(state, event as Event), state.name)
    } catch (fault) {
      this.#crash(fault)
    }
  }

  #apply(transition: Transition<State, Action>, from: string): void {
    const { state, actions } = transition
    this.#state = state
    const failed = state.name === 'failed'
    if (failed) this.#error = this.#failure(state, from)
    for (const action of actions) this.#act(action)
    const output = this.#output
    if (failed || state.name === 'done') {
      this.#finish(this.#error)
    } else if (output !== undefined) {
      this.#output = undefined
      this.#options.onOutput?.(output)
    }
  }

  #act(action: Action): void {
    switch (action.type) {
      case 'timer.start':
        this.#startTimer(timerOf(action))
        return
      case 'timer.stop':
        this.#timers?.get(timerOf(action))?.cancel()
        return
      case 'close':
        this.#flush(true)
        this.#closeWrite()
        // An intercepted stream is the application's: it alone says that it reads no more.
        if (this.#intercepted === undefined && isStream(this.#duplex)) this.#duplex.closeRead()
        this.#deaf = true
        this.#ended = true
        return
      case 'closeWrite':
        this.#flush(true)
        this.#closeWrite()
        return
      case 'reset':
        // Answers to what came before it in the same chunk are heard whatever the chunk's bounds.
        if (!this.#choked) this.#flush(true)
        this.#ended = true
        this.#deaf = true
        this.#unsent = []
        this.#duplex.reset(this.#error)
        return
      default:
        if (!action.type.startsWith('send.')) this.#output = action
        else this.#unsent.push(this.#codec === undefined ? this.#frame(action) : this.#codec.encode(action))
    }
  }

  #frame(action: Action): Uint8Array {
    return this.#options.readyFrame?.(action) ?? frame(this.#role.framing, this.#role.encode(action))
  }

  #startTimer(name: string): void {
    this.#timers ??= new Map()
    this.#timers.get(name)?.cancel()
    const { clock = systemClock, idleTimers } = this.#options
    const delayMs = this.#role.timers[name]
    if (delayMs === undefined) throw new TypeError(`${this.#role.protocol} starts a timer ${name} that has no length`)
    const moves = this.#moves
    const timer = clock.startTimer(delayMs, () => {
      if (this.#moves !== moves && idleTimers?.includes(name) === true) {
        this.#startTimer(name)
        return
      }
      this.#enter()
      this.#step({ type: `timer.${name}` })
      this.#leave()
    })
    this.#timers.set(name, timer)
  }

  #closeWrite(): void {
    try {
      this.#duplex.closeWriteNow()
    } catch (error) {
      this.#carrierFailed(error)
    }
  }

  #enter(): void {
    this.#depth += 1
  }

  /** At the end of the outermost call everything that was sent leaves in one write. */
  #leave(): void {
    if (this.#depth === 1 && !this.#over) {
      this.#flush()
    }
    this.#depth -= 1
  }

  /** Writes what waits, and what is sent because all was sent. `last`: the end follows, so the carrier takes it however full it is. */
  #flush(last = false): void {
    while (this.#mayWrite(last)) {
      try {
        while (this.#mayWrite(last)) this.#writeNext()
      } catch (error) {
        this.#carrierFailed(error)
        return
      }
      if (this.#choked) this.#holdBack()
      else if (this.#role.drained && !last && !this.#over) this.#step(drainedEvent)
    }
  }

  #mayWrite(last: boolean): boolean {
    return this.#unsent.length > 0 && (!this.#choked || last)
  }

  /** Requests wait while their answers do not leave. With a codec what is read is no request, and is read on. */
  #holdBack(): void {
    if (this.#codec === undefined) this.#duplex.pause()
  }

  #writeNext(): void {
    const [first] = this.#unsent
    if (first === undefined) return
    if (!(first instanceof Uint8Array)) {
      const block = first.next()
      if (block === undefined) this.#unsent.shift()
      else this.#write(block)
      return
    }
    const frames: Uint8Array[] = []
    for (const part of this.#unsent) {
      if (!(part instanceof Uint8Array)) break
      frames.push(part)
    }
    this.#unsent = this.#unsent.slice(frames.length)
    this.#write(frames.length === 1 ? first : joinFrames(frames))
  }

  #write(bytes: Uint8Array): void {
    this.#moves += 1
    if (!this.#duplex.writeNow(bytes)) this.#choked = true
  }

  /** Writing is over although the machine wants to write: the same as a lost carrier. */
  #carrierFailed(error: unknown): void {
    this.fail(error instanceof Error ? error : new Error(String(error)))
  }

  #failure(state: State, from: string): DriverError {
    const { protocol, role, errors } = this.#role
    // A failed state carries its code; a machine that leaves it out has no better word.
    const code = 'error' in state && typeof state.error === 'string' ? state.error : 'failed'
    const where = this.#offence === undefined ? from : `${from}, ${this.#offence}`
    const message = `${protocol} (${role}, in ${where}): ${errors[code] ?? code}`
    return new DriverError(
      code,
      message,
      { protocol, role, state: from, offence: this.#offence },
      { cause: this.#cause },
    )
  }

  /** A fault of this side inside a turn: the duplex is unusable, and the owner learns why. */
  #crash(fault: unknown): void {
    if (this.#over) throw fault
    this.abort(fault instanceof Error ? fault : new Error(String(fault)))
  }

  #finish(error: Error | undefined): void {
    if (this.#over) return
    this.#flush(true)
    if (this.#over) return
    this.#over = true
    for (const timer of this.#timers?.values() ?? []) timer.cancel()
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    this.#handOn()
    const output = this.#output
    if (error === undefined && output !== undefined) this.#options.onOutput?.(output)
    this.#options.onEnd?.(error)
  }

  #attach(): void {
    if (this.#intercepted === undefined) this.#duplex.consume(this)
    else this.#intercepted.intercept(this)
  }

  /** Gives back what was not read and leaves the sink's place; whoever consumes next gets it first. */
  #handOn(): void {
    const rest = this.#reader.rest()
    if (this.#choked) this.#duplex.resume()
    const stream = this.#intercepted
    if (stream !== undefined) {
      if (rest !== undefined && !this.#ended) stream.unshift(rest)
      stream.intercept(undefined)
      return
    }
    if (!this.#ended) this.#duplex.unshift(rest ?? nothing)
  }
}

/** Sends of one turn that are kept before they are written, so that a long chunk of requests costs no long list. */
const sendsBeforeFlush = 64

/**
 * Runs a role to its end. Resolves with its final output (undefined where it has none), rejects with a `DriverError`,
 * or with the signal's reason (never as an unhandled rejection). Afterwards the duplex is the next consumer's, unread bytes first.
 */
export function drive<Input, State extends MachineState, Event extends MachineEvent, Action extends MachineAction>(
  role: MachineRole<Input, State, Event, Action>,
  input: Input,
  duplex: ByteDuplex,
  options: DriverOptions<Action, Event> = {},
): Promise<Action | undefined> {
  const ended = new Promise<Action | undefined>((resolve, reject) => {
    let last: Action | undefined
    new Driver(role, duplex, {
      ...options,
      onOutput: (output) => {
        last = output
        options.onOutput?.(output)
      },
      onEnd: (error) => {
        options.onEnd?.(error)
        if (error === undefined) resolve(last)
        else reject(error)
      },
    }).start(input)
  })
  return ignoreRejection(ended)
}

function isStream(duplex: ByteDuplex): duplex is Stream {
  return 'closeRead' in duplex
}

/** Timer actions carry the name of their timer. */
function timerOf(action: MachineAction): string {
  if ('timer' in action && typeof action.timer === 'string') return action.timer
  throw new TypeError(`a ${action.type} action without a timer`)
}
