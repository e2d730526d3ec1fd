// Generated from generator/templates/common/cases.ts.txt sha256:7bd7172b000edae26655906ac760c1b7c43c5fcd952159b3fc068b2ca47857bd
// Do not edit: change the spec and run `p2pspec generate`.

/**
 * The shape of `cases.json`: what a suite sends to a subject and what the subject may answer, as data.
 * A case follows the subject's own machine: it brings the subject into `state` and then causes `event`.
 */
export interface CaseFile {
  readonly format: 'cases/1'
  readonly protocol: string
  /** Prepared messages that steps name. */
  readonly fixtures: Readonly<Record<string, { readonly message: string; readonly fields: Readonly<Record<string, CaseValue>> }>>
  /** `<role>/<state>/<event>[.<class>]` that no path reaches: its timer does not run there, or its class cannot hold there. */
  readonly unreached: readonly string[]
  readonly cases: readonly Case[]
}

/** How the same bytes are cut: as written, one byte at a time, all glued in one packet, or with application bytes behind. */
export type Chunking = 'whole' | 'bytewise' | 'coalesced' | 'trailing'

export interface Case {
  /** `<protocol>/<role>/<state>/<event>[.<class>][~<chunking>]`; never changes meaning. `role` is the subject's. */
  readonly id: string
  readonly title: string
  readonly role: string
  readonly state: string
  readonly event: string
  readonly chunking: Chunking
  readonly requirements: readonly string[]
  /** The strongest level among the requirements; null where the origin is silent. */
  readonly level: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY' | null
  readonly stated: 'keyword' | 'prose' | 'de-facto' | 'project' | null
  /** `observe`: run it, record it, judge nobody. */
  readonly verdict: 'judge' | 'observe'
  /** What must hold of the subject's input for this path (an input's name → a value), where it matters. */
  readonly given: Readonly<Record<string, CaseValue>>
  readonly steps: readonly CaseStep[]
  readonly expect: CaseExpectation
}

/** JSON, or bytes, or a hole that the runner fills from the subject's input (`supported[0]`) or from a fixture. */
export type CaseValue =
  | string
  | number
  | boolean
  | null
  | { readonly hex: string }
  | { readonly hole: string }
  | { readonly fixture: string }
  | readonly CaseValue[]
  | { readonly [field: string]: CaseValue }

export type CaseStep =
  /** Send a well-formed message. `fixture` names a prepared message where fields alone cannot say it. */
  | { readonly do: 'send'; readonly message: string; readonly fields?: Readonly<Record<string, CaseValue>>; readonly fixture?: string }
  /** Send a broken frame of the protocol's framing. */
  | { readonly do: 'malform'; readonly how: Malformation; readonly of: string }
  /** Half-close, or reset. */
  | { readonly do: 'end' }
  | { readonly do: 'reset' }
  /** Let a timer of the subject run out. */
  | { readonly do: 'expire'; readonly timer: string; readonly timeoutMs: number }
  /** The subject's application does something (needs a subject that can be told). */
  | { readonly do: 'call'; readonly call: string; readonly fields?: Readonly<Record<string, CaseValue>> }

export type Malformation =
  | 'zero-length'
  | 'no-suffix'
  | 'over-limit'
  | 'huge-length'
  | 'non-minimal-length'
  | 'length-too-long'
  | 'truncated'
  | 'bad-utf8'
  | 'bad-protobuf'

export interface CaseExpectation {
  /** Everything the subject sends on this channel, in order, from its start. Each entry lists the legal alternatives. */
  readonly sends: readonly ExpectedSend[]
  /**
   * `open`: it goes on, and a probe behind the last step is served. `done`: it finished with success.
   * `failed`: it ended the stream (end or reset) with no message but those in `sends`.
   */
  readonly end: 'open' | 'done' | 'failed'
  /** The final state's error, where `end` is `failed`. */
  readonly error?: string
}

export interface ExpectedSend {
  readonly any: readonly { readonly message: string; readonly fields?: Readonly<Record<string, CaseValue>> }[]
  /** May be missing when the path ends in failure (a legal moment for it had not come). */
  readonly optional?: boolean
  /** How many steps are done when this send is due; 0: from its start. */
  readonly after?: number
}
