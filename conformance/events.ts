/** One event stream feeds every report. Each line of `events.jsonl` is one of these. */
export type RunEvent = RunStarted | CaseStarted | CaseFinished | RunProgress | RunFinished

export type Verdict = 'pass' | 'nonstrict' | 'fail' | 'observed' | 'unsupported' | 'blocked' | 'flaky' | 'error'
export type Layer = 'transport' | 'security' | 'muxer' | 'negotiation' | 'protocol'
export type ReactionKind =
  'answered' | 'ignored' | 'stream reset' | 'stream closed' | 'go-away' | 'connection closed' | 'crashed' | 'hung'

/** Which layer answered, and how. */
export interface Reaction {
  readonly layer: Layer
  readonly kind: ReactionKind
  /** The code of a go-away. */
  readonly code?: number
}

export interface SubjectInfo {
  /** Name used for expectations: `p2pspec`, `go`, `rust`, `js`, or what the user says. */
  readonly name: string
  readonly agent: string | null
  readonly address: string | null
  readonly peerId: string | null
  /** Whether the suite dials (`listener`), is dialled (`dialer`), or dials and tells the application what to do (`agent`). */
  readonly mode: 'listener' | 'dialer' | 'agent'
}

export interface RunStarted {
  readonly type: 'run-started'
  readonly format: 'run/1'
  readonly subject: SubjectInfo
  readonly suiteVersion: string
  readonly seed: number
  readonly startedAt: string
  readonly total: number
  /** Case count of each protocol. */
  readonly protocols: Readonly<Record<string, number>>
}

export interface CaseStarted {
  readonly type: 'case-started'
  readonly id: string
}

export interface CaseFinished {
  readonly type: 'case-finished'
  readonly id: string
  readonly protocol: string
  readonly title: string
  readonly role: string
  readonly requirements: readonly string[]
  readonly level: string | null
  readonly stated: string | null
  readonly verdict: Verdict
  /** Null where the case said nothing hostile and got its answer. */
  readonly reaction: Reaction | null
  /** After a hostile case: did a fresh dial still get service? Null where it was not asked. */
  readonly survived: boolean | null
  /** One line: what the peer did. */
  readonly did: string
  /** One line: what is allowed. */
  readonly allowed: string
  /** What the expectations file says of this case: its verdict and reason. */
  readonly expected: { readonly verdict: Verdict; readonly reason: string; readonly link?: string } | null
  /** True where `expected` (or, with none, pass, nonstrict, observed, unsupported) is what happened. */
  readonly asExpected: boolean
  /** Tries before the one that decided, oldest first: among the others, then alone. A judgement that changed makes the case `flaky`. */
  readonly earlier: readonly { readonly verdict: Verdict; readonly did: string }[]
  readonly durationMs: number
  /** Folder of the evidence, relative to the run's folder; null where nothing was kept. */
  readonly evidence: string | null
  readonly replay: string
}

export interface RunProgress {
  readonly type: 'progress'
  readonly protocol: string
  readonly done: number
  readonly total: number
  readonly failures: number
}

export interface RunFinished {
  readonly type: 'run-finished'
  readonly durationMs: number
  readonly counts: Readonly<Record<Verdict, number>>
  /** So many flaky cases are no failure of the run. */
  readonly maxFlaky: number
  /** 0: all as expected; 1: a verdict differs, or too many cases are flaky; 2: the run itself failed. */
  readonly exitCode: 0 | 1 | 2
}

/** One line of a transcript: what crossed the wire at one layer. */
export interface TranscriptLine {
  /** Milliseconds since the case began. */
  readonly at: number
  readonly direction: 'sent' | 'received' | 'event'
  readonly layer: Layer
  readonly hex?: string
  readonly decoded?: string
  readonly note?: string
}
