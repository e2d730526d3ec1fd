// Generated from generator/templates/common/machine.ts.txt sha256:5d826069e2fda05b9785568f2d2f6cf7b2610fa3bb9dd381d6b16472a6d4a0b0
// Do not edit: change the spec and run `p2pspec generate`.

/** What one event does to a machine: the state after it, and what its owner now has to do, in order. */
export interface Transition<State, Action> {
  readonly state: State
  readonly actions: readonly Action[]
}

/** Every action has a literal `type`: `send.<message>`, `timer.start`, `timer.stop`, `close`, `closeWrite`, `reset`, or an output's name. */
export interface MachineAction {
  readonly type: string
}

/** Every event has a literal `type`: `recv.<message>`, `recv.malformed`, `io.eof`, `io.reset`, `io.drained`, `timer.<name>`, `call.<name>`. */
export interface MachineEvent {
  readonly type: string
}

/** Every state has a literal `name`; `done` and `failed` are final, `failed` carries `error`. */
export interface MachineState {
  readonly name: string
}

/** How messages are cut out of a byte stream. */
export type Framing =
  /** An unsigned varint counts the payload (and the suffix, where there is one). */
  | { readonly kind: 'uvarint-prefixed'; readonly limit: number; readonly sendLimit: number; readonly suffix: Uint8Array | null }
  /** A two-byte big-endian count before the payload. */
  | { readonly kind: 'u16be-prefixed'; readonly limit: number }
  /** Every message has the same length. */
  | { readonly kind: 'fixed'; readonly length: number }
  /** The protocol cuts its own messages; driver code beside the machine does it. */
  | { readonly kind: 'manual' }

/** One role of one generated machine, ready for the driver. */
export interface MachineRole<Input, State extends MachineState, Event extends MachineEvent, Action extends MachineAction> {
  readonly protocol: string
  readonly role: string
  readonly framing: Framing
  /** Length of each timer, in milliseconds. */
  readonly timers: Readonly<Record<string, number>>
  /** Some state has a row for `io.drained`; where false, that event is never sent. */
  readonly drained: boolean
  /** Each error code with a sentence that says what happened and what to do; empty where the machine gives none. */
  readonly errors: Readonly<Record<string, string>>
  start(input: Input): Transition<State, Action>
  step(state: State, event: Event): Transition<State, Action>
  /** Payload without framing → event; `recv.malformed` where no message matches. Never throws. */
  decode(payload: Uint8Array): Event
  /** A `send.*` action → payload without framing. */
  encode(action: Action): Uint8Array
}

/** Closes a switch over a union: the compiler proves that nothing reaches it. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
