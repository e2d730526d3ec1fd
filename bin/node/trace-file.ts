import { openSync, writeSync } from 'node:fs'
import type { TraceEvent } from '@p2pspec/runtime/node/trace/trace-event'
import { UsageFailure } from '../usage-failure.ts'
import { jsonLine } from './printable.ts'

/** Appends trace events to a file, one line each; all lines of a turn of the event loop are one write. */
export class TraceFile {
  readonly #path: string
  readonly #descriptor: number
  #lines: string[] = []
  #due: NodeJS.Immediate | undefined
  #failed = false

  /** Throws where the file cannot be opened. */
  constructor(path: string) {
    this.#path = path
    try {
      // Who talks to whom is nobody else's business.
      this.#descriptor = openSync(path, 'a', 0o600)
    } catch (cause) {
      throw new UsageFailure(`cannot write the trace to ${path}: ${messageOf(cause)}`, { cause })
    }
    // Sockets close after the node has stopped, and that belongs to the trace too.
    process.once('exit', () => this.#flush())
  }

  readonly write = (event: TraceEvent): void => {
    if (this.#failed) return
    this.#lines.push(`${jsonLine(event)}\n`)
    this.#due ??= setImmediate(() => this.#flush())
  }

  #flush(): void {
    clearImmediate(this.#due)
    this.#due = undefined
    const text = this.#lines.join('')
    this.#lines = []
    if (text === '' || this.#failed) return
    try {
      writeSync(this.#descriptor, text)
    } catch (error) {
      // The node is worth more than its trace.
      this.#failed = true
      console.error(`warning: the trace ends here, ${this.#path} cannot be written: ${messageOf(error)}`)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
