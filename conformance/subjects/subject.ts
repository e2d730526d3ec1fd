import type { SubjectInfo } from '../events.ts'
import type { CaseKeys } from '../tester/case-keys.ts'
import type { Side, Wire } from '../tester/connection.ts'
import type { AgentProcess } from './agent/agent-process.ts'
import type { Transcript } from '../tester/transcript.ts'

const transportNames = ['tcp', 'quic'] as const
export type TransportName = (typeof transportNames)[number]

export function transportNamed(text: string): TransportName | undefined {
  return transportNames.find((name) => name === text)
}

/** One fresh connection with the subject. */
export interface SubjectConnection {
  readonly wire: Wire
  readonly side: Side
  /** How long the subject took from its start to this connection; 0 where it ran already. What is slow to start is slow to answer. */
  readonly startMs: number
  /** What its application can be told. */
  readonly agent?: AgentProcess
  /** Ends the connection and whatever the subject was started for. Null, or what became of a subject that should still be there. */
  release(): Promise<string | null>
}

/** A target of the suite: something that gives one fresh connection after another. */
export interface Subject {
  readonly info: SubjectInfo
  readonly transport: TransportName
  /** Connections at once that neither the subject nor this machine should mind. */
  readonly parallel: number
  connect(keys: CaseKeys, transcript: Transcript, waitMs: number): Promise<SubjectConnection>
  /** What went wrong with it while no case was at it; null where nothing did. */
  complaint?(): string | null
  close(): Promise<void>
}
