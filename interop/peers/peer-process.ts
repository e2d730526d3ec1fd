import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { PeerError } from './peer-error.ts'

/** One line of a peer program's output: an object with at least the name of the event. */
export type PeerEvent = Readonly<Record<string, unknown>> & { readonly event: string }

export interface PeerProcessOptions {
  readonly signal?: AbortSignal | undefined
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Called with what the program logs. */
  readonly onLog?: (text: string) => void
}

const keptLogCharacters = 2_000
const stopPatienceMs = 3_000

/** A peer program that runs until it is stopped; its events come one at a time. */
export class PeerProcess implements AsyncDisposable {
  readonly pid: number
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #events: PeerEvent[] = []
  readonly #exited: Promise<string>
  #log = ''
  #wake: () => void = () => {}
  #outputEnded = false

  constructor(command: readonly string[], options: PeerProcessOptions = {}) {
    const [program, ...words] = command
    if (program === undefined) throw new TypeError('an empty command line')
    // A thousand connections take more open files than a shell gives by default.
    this.#child = spawn('sh', ['-c', 'ulimit -n "$(ulimit -Hn)"; exec "$@"', 'sh', program, ...words], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
    })
    this.pid = this.#child.pid ?? 0
    // A program that has ended takes no more input; its exit tells why.
    this.#child.stdin.on('error', () => {})
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-keptLogCharacters)
      options.onLog?.(text)
    })
    const lines = createInterface({ input: this.#child.stdout })
    lines.on('line', (line) => {
      const event = parseEvent(line)
      if (event === undefined) this.#log = `${this.#log}\nnot a JSON object: ${line}`.slice(-keptLogCharacters)
      else this.#events.push(event)
      this.#wake()
    })
    lines.once('close', () => {
      this.#outputEnded = true
      this.#wake()
    })
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message))
      this.#child.once('close', (status, signal) =>
        resolve(signal === null ? `exit code ${status}` : `signal ${signal}`),
      )
    })
    const abort = (): void => void this.#child.kill('SIGKILL')
    if (options.signal?.aborted === true) abort()
    options.signal?.addEventListener('abort', abort, { once: true })
    void this.#exited.then(() => options.signal?.removeEventListener('abort', abort))
  }

  /** The next event; rejects when the program ends before, or tells that it failed. */
  async next(name: string): Promise<PeerEvent> {
    for (;;) {
      const event = this.#events.shift()
      if (event !== undefined) {
        if (event.event === name) return event
        if (event.event === 'failed') {
          const code = event['unsupported'] === true ? 'peer-unsupported' : 'peer-failed'
          throw new PeerError(code, `the peer failed: ${String(event['reason'])}${this.#lastLog()}`)
        }
        continue
      }
      if (this.#outputEnded)
        throw new PeerError('peer-failed', `the peer ended (${await this.#exited}) before '${name}'${this.#lastLog()}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Writes a line to the program and waits for the event that answers it. */
  async ask(line: string, answer: string): Promise<PeerEvent> {
    this.#child.stdin.write(`${line}\n`)
    return await this.next(answer)
  }

  /** Ends the program by ending its input, by force where that is not enough. */
  async stop(): Promise<void> {
    const force = setTimeout(() => this.#child.kill('SIGKILL'), stopPatienceMs)
    this.#child.stdin.end()
    await this.#exited
    clearTimeout(force)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #lastLog(): string {
    return this.#log.trim() === '' ? '' : `\n${this.#log.trim()}`
  }
}

/** A listener and where it is reached. */
export interface Listening {
  readonly process: PeerProcess
  readonly address: string
  readonly agent: string
}

export async function startListener(
  command: readonly string[],
  words: readonly string[] = [],
  options: PeerProcessOptions = {},
): Promise<Listening> {
  const process = new PeerProcess([...command, 'listen', ...words], options)
  try {
    const event = await process.next('listening')
    const addresses = event['addresses']
    const address: unknown = Array.isArray(addresses) ? addresses[0] : undefined
    if (typeof address !== 'string') throw new PeerError('peer-failed', 'the peer told no address that it listens on')
    return { process, address, agent: String(event['agent']) }
  } catch (error) {
    await process.stop()
    throw error
  }
}

/** Runs a peer program to its end; the event that says how it went. */
export async function runPeer(
  command: readonly string[],
  words: readonly string[],
  result: string,
  options: PeerProcessOptions = {},
): Promise<PeerEvent> {
  await using process = new PeerProcess([...command, ...words], options)
  return await process.next(result)
}

/** A figure of an event, which has to be there. */
export function numberOf(event: PeerEvent, name: string): number {
  const value = event[name]
  if (typeof value !== 'number')
    throw new PeerError('peer-failed', `the peer's '${event.event}' has no number '${name}'`)
  return value
}

function parseEvent(line: string): PeerEvent | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isEvent(value) ? value : undefined
  } catch {
    // What is no JSON is kept as log.
    return undefined
  }
}

function isEvent(value: unknown): value is PeerEvent {
  return typeof value === 'object' && value !== null && 'event' in value && typeof value.event === 'string'
}
