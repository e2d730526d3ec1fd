import type { Verdict } from '@p2pspec/conformance/events'
import type { Shard } from './selection.ts'

/** One event stream feeds every report. Each line of `events.jsonl` is one of these. */
export type MatrixEvent = MatrixStarted | CellStarted | CellFinished | MatrixFinished

export type RuntimeName = 'docker' | 'process'

export interface MatrixStarted {
  readonly type: 'run-started'
  readonly format: 'interop/1'
  readonly run: string
  readonly runtime: RuntimeName
  readonly startedAt: string
  readonly set: string | null
  readonly shard: Shard | null
  /** Cells of the whole selection, over all shards. */
  readonly selected: number
  readonly selectionDigest: string
  /** Who there is, in the order of the matrix: a shard's own meetings do not tell it. */
  readonly parties?: readonly string[]
  /** Cells of this run. */
  readonly total: number
}

export interface CellStarted {
  readonly type: 'cell-started'
  readonly id: string
}

export interface CellFinished {
  readonly type: 'cell-finished'
  readonly id: string
  /** Where it stands in the whole selection, counted from 0: cells finish in any order, and reports are read in that of the matrix. */
  readonly place: number
  readonly scenario: string
  readonly stack: string
  readonly dialer: string
  readonly listener: string
  readonly verdict: Verdict
  /** One line: what happened. */
  readonly did: string
  readonly expected: { readonly verdict: Verdict; readonly reason: string; readonly link?: string } | null
  readonly asExpected: boolean
  readonly durationMs: number
  /** More than one where a failure was tried again, only to tell whether it is steady. */
  readonly attempts: number
  /** The figures of the dialer's result, flattened: `latency.ping_rtt`. */
  readonly measures: Readonly<Record<string, number>>
  /** Folder of the evidence, relative to the run's folder, and what is in it. */
  readonly evidence: string | null
  readonly files: readonly string[]
}

export interface MatrixFinished {
  readonly type: 'run-finished'
  readonly durationMs: number
  readonly counts: Readonly<Record<Verdict, number>>
  /** 0: all as expected; 1: a verdict differs; 2: the run itself failed. */
  readonly exitCode: 0 | 1 | 2
}
