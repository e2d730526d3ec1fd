import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How long a program may take from the end of a case to the line that says so; one that is still at it is ended. */
const FINISH_WAIT_MS = 1500
const MAX_KEPT_OUTPUT = 4096
/** The lines of JSON that say that a dial, and what came of it, is over. */
const FINAL_EVENTS: readonly string[] = ['dialled', 'failed']

/** One running program that dials whenever it is told to: a line `dial <multiaddr>` on its standard input. */
export class StayingDialer {
  /** Resolves when the program is no more. */
  readonly gone: Promise<void>
  readonly #child: ChildProcessWithoutNullStreams
  #output = ''
  #ending: string | null = null
  #dial = Promise.withResolvers<void>()

  constructor(command: readonly string[]) {
    const [program = '', ...programArguments] = command
    const child = spawn(program, programArguments, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    this.gone = new Promise((resolve) => {
      const end = (why: string): void => {
        this.#ending ??= why
        resolve()
      }
      child.once('error', (error) => end(`could not be started: ${error.message}`))
      child.once('close', (code, signal) => end(`ended (${code ?? signal}): ${this.#output.trim().slice(-300)}`))
    })
    // Writing to a program that is gone fails, and `gone` says so already.
    child.stdin.on('error', () => {})
    child.stderr.on('data', (chunk: Buffer) => this.#keep(chunk.toString()))
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#keep(`${line}\n`)
      if (FINAL_EVENTS.includes(eventOf(line))) this.#dial.resolve()
    })
  }

  /** How the program ended; null while it runs. */
  get ending(): string | null {
    return this.#ending
  }

  /** The end of what it wrote since it was told to dial. */
  get output(): string {
    return this.#output.trim().slice(-300)
  }

  /** Resolves when the last dial is over, as the program itself says, or when the program is. */
  get dialOver(): Promise<void> {
    return Promise.race([this.#dial.promise, this.gone])
  }

  /** Not before the dial before is over. */
  dial(address: string): void {
    this.#output = ''
    this.#dial = Promise.withResolvers<void>()
    this.#child.stdin.write(`dial ${address}\n`)
  }

  /** Waits until the program is ready for another dial: false where it is gone or does not come back. */
  async isReady(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), FINISH_WAIT_MS)
    })
    const ready = await Promise.race([this.dialOver.then(() => this.#ending === null), late])
    clearTimeout(timer)
    return ready
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }

  #keep(text: string): void {
    this.#output = `${this.#output}${text}`.slice(-MAX_KEPT_OUTPUT)
  }
}

function eventOf(line: string): string {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'event' in value ? String(value.event) : ''
  } catch {
    // A program may write whatever else it likes.
    return ''
  }
}
