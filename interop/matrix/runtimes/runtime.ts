import type { Party } from '../cells.ts'
import type { Role } from '../contract.ts'
import type { RuntimeName } from '../events.ts'
import type { Fault } from '../matrix-file.ts'
import type { Redis } from '../../peers/redis.ts'

export const captureFile = 'capture.pcap'
export const keyLogFile = 'keys.log'

/** Where meetings take place: containers of an engine, or processes of this machine. Both give the same things and are told nothing of protocols. */
export interface Runtime extends AsyncDisposable {
  readonly name: RuntimeName
  /** Why this cannot be done here; null where it can. */
  cannot(fault: Fault): string | null
  /** Readies what these need to be started: images or programs are built where they are missing. */
  prepare(parties: readonly Party[], onProgress: (text: string) => void): Promise<void>
  open(request: BenchRequest): Promise<Bench>
}

export interface BenchRequest {
  /** Where output and evidence go; exists. */
  readonly folder: string
  /** All meetings of a kind share one: what is broken is only ever the way of one party into it. */
  readonly network: 'usual' | 'ipv6-only'
  /** The older spelling has one name for every listener's address: such a meeting needs a Redis of its own. */
  readonly ownRedis: boolean
  /** Keep every packet in `capture.pcap`, and session keys where a program writes them. */
  readonly capture: boolean
}

/** One meeting's place. Disposing of it ends and removes everything that it started. */
export interface Bench extends AsyncDisposable {
  /** host:port, as the parties reach it. */
  readonly redisAddress: string
  readonly redis: Redis
  /** The address that this party binds as a listener; it finds out by itself which one of all it is reached at. */
  listenOn(party: Party): string
  /** This machine, as the parties reach it. */
  readonly hostAddress: string
  readonly keyLog: string | null
  start(role: Role, party: Party, environment: Readonly<Record<string, string>>): Promise<RunningParty>
  /** Begins to keep packets at this party; where that was not asked for, does nothing. */
  capture(at: RunningParty, address: string): Promise<void>
}

export interface RunningParty {
  readonly role: Role
  readonly exited: Promise<PartyExit>
  kill(): Promise<void>
  /** What can be done to its network; null where it shares that of the machine. */
  readonly network: PartyNetwork | null
}

export interface PartyExit {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
  /** The last lines that it logged. */
  readonly lastLog: string
  /** Set where the runtime failed and the end is not known. */
  readonly lost?: Error
}

export interface PartyNetwork {
  lose(share: number): Promise<void>
  limit(kbit: number): Promise<void>
  /** Lets so much in and then nothing, until it is let go. */
  holdAfter(bytes: number): Promise<void>
  letGo(): Promise<void>
  leave(): Promise<void>
  join(): Promise<void>
  receivedBytes(): Promise<number>
}
