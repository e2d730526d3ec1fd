import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { TesterError } from '../../tester/tester-error.ts'
import { MAX_LINE_BYTES, readAgentLine } from './agent-format.ts'
import type { AgentCommand, AgentDone, AgentFault, AgentLine, AgentReady } from './agent-format.ts'

export interface AgentWaits {
  /** From its start to its first line: a cold runtime on a busy machine. */
  readonly startMs: number
  /** From a command to its answer. */
  readonly answerMs: number
  /** From the word to stop to its end; then it is killed. */
  readonly stopMs: number
}

const usualWaits: AgentWaits = { startMs: 30_000, answerMs: 10_000, stopMs: 5_000 }
/** The end of what it wrote to standard error is told where it fails. */
const MAX_KEPT_LOG = 4096
const LOG_SHOWN = 300

/** One running agent: a command goes in, an answer comes out, a line each, one after the other. What it does wrong ends it, with a `TesterError`. */
export class AgentProcess {
  readonly ready: AgentReady
  readonly #child: AgentChild

  private constructor(child: AgentChild, ready: AgentReady) {
    this.#child = child
    this.ready = ready
  }

  static async start(command: readonly string[], waits: AgentWaits = usualWaits): Promise<AgentProcess> {
    const child = new AgentChild(command, waits)
    const first = await child.line(waits.startMs, 'before it was ready')
    if (!('event' in first)) throw child.fail('malformed', 'answered before it was ready')
    return new AgentProcess(child, first)
  }

  /** Rejects with `unsupported` where the agent says that it has no such command, and with `refused` where that did not work. */
  async call(command: AgentCommand): Promise<AgentDone> {
    const answer = await this.#child.ask(command)
    if (answer.ok) return answer
    const { code, message } = answer
    throw new TesterError(
      code === 'unsupported' ? 'unsupported' : 'refused',
      'protocol',
      `the agent ${code === 'unsupported' ? 'has no' : 'failed to'} "${command.do}": ${message.slice(0, LOG_SHOWN)}`,
    )
  }

  /** Lets it end, or ends it. Null, or how it had ended before it was told to. */
  stop(): Promise<string | null> {
    return this.#child.stop()
  }
}

class AgentChild {
  readonly #waits: AgentWaits
  readonly #child: ChildProcessWithoutNullStreams
  readonly #gone: Promise<void>
  #rest: Buffer = Buffer.alloc(0)
  #log = ''
  #fault: TesterError | null = null
  #waiting: PromiseWithResolvers<AgentLine> | null = null
  #lastId = 0
  /** How it ended by itself. */
  #ending: string | null = null
  #isStopping = false

  constructor([program = '', ...words]: readonly string[], waits: AgentWaits) {
    this.#waits = waits
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    // Writing to a program that is gone fails, and its end says so already.
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      this.#log = `${this.#log}${chunk.toString()}`.slice(-MAX_KEPT_LOG)
    })
    this.#gone = new Promise((resolve) => {
      child.once('error', (error) => {
        this.fail('refused', `could not be started: ${error.message}`)
        resolve()
      })
      child.once('close', (code, signal) => {
        const how = `ended (${code ?? signal})`
        if (!this.#isStopping && this.#fault === null) this.#ending = `${how}${this.#shownLog}`
        this.fail('closed', how)
        resolve()
      })
    })
  }

  async ask(command: AgentCommand): Promise<Exclude<AgentLine, AgentReady>> {
    const id = ++this.#lastId
    this.#child.stdin.write(`${JSON.stringify({ id, ...command })}\n`)
    const line = await this.line(this.#waits.answerMs, `to "${command.do}"`)
    if ('event' in line || line.id !== id) throw this.fail('malformed', `answered something else than "${command.do}"`)
    return line
  }

  /** The next line, which is waited for. */
  async line(waitMs: number, why: string): Promise<AgentLine> {
    if (this.#fault !== null) throw this.#fault
    const waiting = Promise.withResolvers<AgentLine>()
    this.#waiting = waiting
    const timer = setTimeout(() => this.fail('timeout', `said nothing ${why} for ${waitMs} ms`), waitMs)
    try {
      return await waiting.promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** The first fault is the one that counts; what is at fault is ended. */
  fail(code: AgentFault, what: string): TesterError {
    this.#fault ??= new TesterError(code, 'transport', `the agent ${what}${this.#shownLog}`)
    this.#waiting?.reject(this.#fault)
    this.#waiting = null
    this.#end()
    return this.#fault
  }

  async stop(): Promise<string | null> {
    this.#isStopping = true
    if (this.#fault === null) this.#child.stdin.end(`${JSON.stringify({ id: ++this.#lastId, do: 'stop' })}\n`)
    const timer = setTimeout(() => this.#end(), this.#waits.stopMs)
    await this.#gone
    clearTimeout(timer)
    return this.#ending
  }

  /** What the program itself started may live on and hold the ends of these pipes: nobody waits for it. */
  #end(): void {
    this.#child.kill('SIGKILL')
    this.#child.stdout.destroy()
    this.#child.stderr.destroy()
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (let end = this.#rest.indexOf(0x0a); end >= 0; end = this.#rest.indexOf(0x0a)) {
      const line = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end + 1)
      this.#takeLine(line)
    }
    if (this.#rest.length > MAX_LINE_BYTES) this.#takeLine(this.#rest)
  }

  #takeLine(bytes: Buffer): void {
    if (this.#isStopping || this.#fault !== null) {
      this.#rest = Buffer.alloc(0)
      return
    }
    const line =
      bytes.length > MAX_LINE_BYTES ? `is longer than ${MAX_LINE_BYTES} bytes` : readAgentLine(bytes.toString())
    if (typeof line === 'string') this.fail('malformed', `wrote a line that ${line}`)
    else if (this.#waiting === null) this.fail('malformed', 'wrote a line that nobody asked for')
    else {
      this.#waiting.resolve(line)
      this.#waiting = null
    }
  }

  get #shownLog(): string {
    const shown = this.#log.trim().slice(-LOG_SHOWN)
    return shown === '' ? '' : `: ${shown}`
  }
}
