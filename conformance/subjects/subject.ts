import type { SubjectInfo } from '../events.ts'
import type { CaseKeys } from '../tester/case-keys.ts'
import type { Side } from '../tester/connection.ts'
import type { SocketChannel } from '../tester/socket.ts'
import type { Transcript } from '../tester/transcript.ts'

/** One fresh connection with the subject. */
export interface SubjectConnection {
  readonly socket: SocketChannel
  readonly side: Side
  /** How long the subject took from its start to this connection; 0 where it ran already. What is slow to start is slow to answer. */
  readonly startMs: number
  /** Ends the socket and whatever the subject was started for. Null, or what became of a subject that should still be there. */
  release(): Promise<string | null>
}

/** A target of the suite: something that gives one fresh connection after another. */
export interface Subject {
  readonly info: SubjectInfo
  /** Connections at once that neither the subject nor this machine should mind. */
  readonly parallel: number
  connect(keys: CaseKeys, transcript: Transcript, waitMs: number): Promise<SubjectConnection>
  /** What went wrong with it while no case was at it; null where nothing did. */
  complaint?(): string | null
  close(): Promise<void>
}
