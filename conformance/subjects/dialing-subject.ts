import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { SubjectInfo } from '../events.ts'
import type { Wire } from '../tester/connection.ts'
import { TesterError } from '../tester/tester-error.ts'
import { openMeetingPoint } from './meeting-point.ts'
import type { MeetingPoint } from './meeting-point.ts'
import { StayingDialer } from './staying-dialer.ts'
import type { Subject, TransportName } from './subject.ts'

/** Longest start of a node before it dials: a cold runtime on a busy machine. */
const MIN_START_WAIT_MS = 30_000
/** A start may take so many times what the slowest one took so far. */
const START_WAIT_FACTOR = 10
const ADDRESS_HOLE = '{addr}'
const MAX_KEPT_OUTPUT = 4096
/** A fresh process in every case wants a processor of its own. */
const PARALLEL_PROCESSES = Math.max(2, availableParallelism())
/** Programs that stay wait most of the time. */
const PARALLEL_STAYING = 2 * PARALLEL_PROCESSES

const QUEUED_WAIT_MS = 100

/** What was started for one connection, and dials. */
export interface Dialer {
  /** Resolves, with the reason, once no dial will come any more. */
  readonly vain: Promise<string>
  /** Ends it, or makes it ready for another: null, or what became of a program that should have stayed. */
  readonly release: () => Promise<string | null>
}

/** Gives one dialling node after another. */
export interface Dialers {
  /** Where the suite listens for them. */
  readonly host: string
  readonly transport: TransportName
  readonly parallel: number
  dial(address: string): Dialer
  complaint(): string | null
  complain(ending: string): void
  close(): Promise<void>
}

/**
 * A command that dials: the suite listens. With `{addr}` in it, it is run once for every connection, with the address in that place.
 * Without, it is a program that stays and dials whenever a line on its standard input says so.
 */
export function dialingSubject(
  command: readonly string[],
  name: string | null,
  transport: TransportName = 'tcp',
): Subject {
  if (command.length === 0)
    throw new TesterError(
      'bad-case',
      'transport',
      'a dialer needs a command: p2pspec check --dialer -- ./my-node dial {addr}',
    )
  const fresh = command.some((part) => part.includes(ADDRESS_HOLE))
  const staying = new StayingDialers(command)
  return subjectOfDialers(name, {
    host: '127.0.0.1',
    transport,
    parallel: fresh ? PARALLEL_PROCESSES : PARALLEL_STAYING,
    dial: (address) => (fresh ? startFresh(command, address) : staying.dial(address)),
    complaint: () => staying.complaint,
    complain: (ending) => staying.complain(ending),
    close: async () => {
      staying.end()
      await Promise.resolve()
    },
  })
}

/** The suite listens once for every connection, and has a node told where. */
export function subjectOfDialers(name: string | null, dialers: Dialers): Subject {
  const info: SubjectInfo = { name: name ?? 'subject', agent: null, address: null, peerId: null, mode: 'dialer' }
  let slowestStartMs = 0
  return {
    info,
    transport: dialers.transport,
    parallel: dialers.parallel,
    async connect(keys, transcript) {
      const startWaitMs = Math.max(MIN_START_WAIT_MS, slowestStartMs * START_WAIT_FACTOR)
      const point = await openMeetingPoint(dialers.transport, dialers.host)
      const address = `${point.address}/p2p/${keys.identity.peerId}`
      const startedAt = performance.now()
      const dialer = dialers.dial(address)
      const release = async (): Promise<string | null> => {
        point.close()
        return await dialer.release()
      }
      void dialer.vain.then((why) => transcript.note('transport', `the subject ${why}`))
      const wire = await accepted(point, startWaitMs, dialer)
      if (typeof wire === 'string') {
        const ending = await release()
        if (ending !== null) dialers.complain(ending)
        throw new TesterError('refused', 'transport', `the subject ${wire}`)
      }
      const startMs = performance.now() - startedAt
      slowestStartMs = Math.max(slowestStartMs, startMs)
      wire.recordIn(transcript)
      return { wire, side: 'listener', startMs, release }
    },
    complaint: () => dialers.complaint(),
    close: async () => await dialers.close(),
  }
}

/** The connection, or why there is none. */
async function accepted(point: MeetingPoint, waitMs: number, dialer: Dialer): Promise<Wire | string> {
  const arrival = point.accept(waitMs)
  const first = await Promise.race([arrival, dialer.vain])
  if (first === null) return `did not dial within ${Math.round(waitMs)} ms`
  if (typeof first !== 'string') return first
  // It may have dialled and given up at once: then the connection is in this machine's queue.
  const last = await Promise.race([arrival, new Promise<null>((resolve) => setTimeout(resolve, QUEUED_WAIT_MS, null))])
  return last ?? first
}

function startFresh([program = '', ...programArguments]: readonly string[], address: string): Dialer {
  const child = spawn(
    program,
    programArguments.map((part) => part.replaceAll(ADDRESS_HOLE, address)),
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = `${output}${chunk.toString()}`.slice(-MAX_KEPT_OUTPUT)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const vain = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => resolve(`ended (${code ?? signal}): ${output.trim().slice(-300)}`))
  })
  return {
    vain,
    release: async () => {
      child.kill('SIGKILL')
      return null
    },
  }
}

/** As many programs as are needed at once; each serves one connection after another. */
class StayingDialers {
  readonly #command: readonly string[]
  readonly #all = new Set<StayingDialer>()
  readonly #idle: StayingDialer[] = []
  #complaint: string | null = null

  constructor(command: readonly string[]) {
    this.#command = command
  }

  dial(address: string): Dialer {
    const dialer = this.#take()
    dialer.dial(address)
    return {
      vain: dialer.dialOver.then(() => dialer.ending ?? `is done with its dial: ${dialer.output}`),
      release: async () => {
        if (await dialer.isReady()) {
          this.#idle.push(dialer)
          return null
        }
        const { ending } = dialer
        this.#all.delete(dialer)
        dialer.end()
        return ending
      },
    }
  }

  /** Of a program that ended when no case was at it. */
  get complaint(): string | null {
    return this.#complaint ?? this.#idle.find(({ ending }) => ending !== null)?.ending ?? null
  }

  complain(ending: string): void {
    this.#complaint ??= ending
  }

  end(): void {
    for (const dialer of this.#all) dialer.end()
    this.#all.clear()
  }

  #take(): StayingDialer {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.ending === null) return idle
      this.complain(idle.ending)
      this.#all.delete(idle)
    }
    const started = new StayingDialer(this.#command)
    this.#all.add(started)
    return started
  }
}
