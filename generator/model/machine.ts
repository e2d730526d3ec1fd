import type { Expression } from '../expression/syntax.ts'
import type { Position, SpecFile } from '../load/spec-file.ts'
import type { Protocol } from './model.ts'
import type { MachineFile } from './spec-types.ts'
import type { ValueType } from './value-type.ts'

/** A machine file resolved: names looked up, expressions and actions parsed, one row for each state × event class. */
export interface Machine {
  readonly id: string
  readonly code: string
  readonly version: string
  readonly what: string | undefined
  readonly source: SpecFile<MachineFile>
  readonly protocol: Protocol
  /** Protocol ids and who plays which role. */
  readonly protocols: readonly { readonly id: string; readonly opener: string; readonly acceptor: string }[]
  readonly framing: ResolvedFraming
  /** In the order in which they are tried. */
  readonly messages: readonly Message[]
  readonly timers: readonly Timer[]
  /** Limits that expressions name. */
  readonly limits: readonly { readonly name: string; readonly value: number }[]
  readonly outputs: readonly Signature[]
  readonly calls: readonly Signature[]
  readonly errors: readonly { readonly code: string; readonly text: string | undefined }[]
  readonly predicates: readonly Predicate[]
  readonly pairs: readonly (readonly [string, string])[]
  readonly roles: readonly Role[]
}

/** What every role of one machine shares. */
export type MachineNames = Pick<
  Machine,
  'messages' | 'timers' | 'limits' | 'outputs' | 'calls' | 'errors' | 'predicates'
>

export type ResolvedFraming =
  | {
      readonly kind: 'uvarint-prefixed'
      readonly limit: number
      readonly sendLimit: number
      readonly suffix: string | undefined
      readonly req: readonly string[]
    }
  | { readonly kind: 'u16be-prefixed'; readonly limit: number; readonly req: readonly string[] }
  | { readonly kind: 'fixed'; readonly length: number; readonly req: readonly string[] }
  | { readonly kind: 'manual'; readonly req: readonly string[] }

export interface Field {
  readonly name: string
  readonly type: ValueType
}

export interface Message {
  readonly name: string
  readonly kind: 'equals' | 'text' | 'bytes' | 'proto' | 'layout' | 'manual'
  /** equals: the text. */
  readonly equals: string | undefined
  /** bytes: the exact length, where there is one. */
  readonly length: number | undefined
  /** proto: the file and the message; layout: the layout's name as written. */
  readonly protoFile: string | undefined
  /** proto, layout: Pascal-case name of the type in messages.ts or layout.ts. */
  readonly typeName: string | undefined
  readonly layout: string | undefined
  /** What an event carries beside its type: the fields, or `message` for proto and layout. */
  readonly fields: readonly Field[]
  /** What a `send.x` action carries: mostly the same. */
  readonly sendFields: readonly Field[]
  /** What `send.x(…)` takes, in order; for a layout its value fields, which make up `message`. */
  readonly parameters: readonly Field[]
  readonly sendOnly: boolean
  /** Roles that send it; undefined: all. */
  readonly from: readonly string[] | undefined
  /** Roles that receive it; undefined: every role but a sole sender. */
  readonly to: readonly string[] | undefined
  readonly what: string | undefined
  readonly req: readonly string[]
}

export interface Timer {
  readonly name: string
  readonly milliseconds: number
  /** Name of its limit, where the length is one. */
  readonly limit: string | undefined
}

/** An output or a call: its name and fields. */
export interface Signature {
  readonly name: string
  readonly fields: readonly Field[]
}

export interface Predicate {
  readonly name: string
  readonly args: readonly ValueType[]
  readonly returns: ValueType
  readonly what: string | undefined
}

export interface Variable {
  readonly name: string
  readonly type: ValueType
  /** As in the file; bytes are `{hex}`. */
  readonly initial: unknown
}

export interface Role {
  readonly name: string
  readonly what: string | undefined
  readonly input: readonly Field[]
  readonly vars: readonly Variable[]
  /** Every event that the role can meet, with its classes; each has a row in each state. */
  readonly events: readonly Event[]
  readonly start: Row
  readonly states: readonly State[]
}

export interface Event {
  /** `recv.protocol`, `recv.malformed`, `io.eof`, `timer.negotiate`, `call.ping` */
  readonly name: string
  readonly kind: 'recv' | 'malformed' | 'io' | 'timer' | 'call'
  /** recv: the message. */
  readonly message: Message | undefined
  /** What the event carries. */
  readonly fields: readonly Field[]
  /** One class with `name: undefined` where the event is not divided. */
  readonly classes: readonly EventClass[]
}

export interface EventClass {
  /** `recv.protocol/echo`, or the event's name. */
  readonly key: string
  readonly event: string
  readonly name: string | undefined
  /** Undefined: the last class (else), or an event that is not divided. */
  readonly when: Expression | undefined
  readonly witness: Expression | undefined
  readonly given: Readonly<Record<string, unknown>> | undefined
  readonly fixture: string | undefined
  readonly what: string | undefined
  readonly position: Position
}

export interface State {
  readonly name: string
  /** One row for each event class of the role, in the order of `Role.events`. */
  readonly rows: readonly StateRow[]
  readonly position: Position
}

export interface StateRow extends Row {
  readonly eventClass: EventClass
  /** Which row of the file it is: written for this class, for the message, `recv.*`, an anyState, or none (the event is ignored). */
  readonly from: 'class' | 'event' | 'recv.*' | 'anyState' | 'ignored'
}

export interface Row {
  readonly to: Target
  readonly set: readonly { readonly name: string; readonly value: Expression }[]
  readonly do: readonly Action[]
  /** Other legal sends in place of those in `do`; empty: none. */
  readonly or: readonly Action[]
  /** Messages whose send may come later, or earlier. */
  readonly late: readonly string[]
  readonly early: readonly string[]
  readonly verdict: 'judge' | 'observe'
  readonly req: readonly string[]
  readonly note: string | undefined
  readonly position: Position
}

export type Target =
  | { readonly kind: 'state'; readonly state: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: string }

export type Action =
  | { readonly kind: 'send'; readonly message: string; readonly args: readonly Expression[] }
  | { readonly kind: 'timer.start' | 'timer.stop'; readonly timer: string }
  | { readonly kind: 'close' | 'closeWrite' | 'reset' }
  | { readonly kind: 'output'; readonly output: string; readonly args: readonly Expression[] }
