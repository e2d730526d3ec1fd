import type { Reaction, Verdict } from '../events.ts'

/** What playing one case gave, before expectations are asked. */
export interface CaseResult {
  readonly verdict: Verdict
  readonly reaction: Reaction | null
  readonly did: string
  readonly allowed: string
  /** The case misbehaved on purpose: the subject must serve a fresh dial afterwards. */
  readonly hostile: boolean
  /** A deadline decided it. */
  readonly late: boolean
  /** What became of a subject that should still be there. */
  readonly ending?: string
}
