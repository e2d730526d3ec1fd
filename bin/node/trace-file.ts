import { fstatSync, openSync, writeSync } from 'node:fs'
import { limits } from '@p2pspec/generated/common/limits'
import type { TraceEvent } from '@p2pspec/runtime/node/trace/trace-event'
import { UsageFailure } from '../usage-failure.ts'
import { jsonLine } from './printable.ts'

/** The last line of a file that may grow no further. */
interface TraceEnd {
  readonly timeMs: number
  readonly layer: 'trace'
  readonly type: 'ended'
  readonly maxFileBytes: number
}

/**
 * Appends trace events to a file, one line each; all lines of a turn of the event loop are one write. The file ends at its limit,
 * with a line that says so.
 */
export class TraceFile {
  readonly #path: string
  readonly #descriptor: number
  #lines: string[] = []
  #due: NodeJS.Immediate | undefined
  #isOver = false
  readonly #maxBytes: number
  #bytes: number

  /** Throws where the file cannot be opened. */
  constructor(path: string, maxBytes: number = limits.trace.maxFileBytes) {
    this.#path = path
    this.#maxBytes = maxBytes
    try {
      // Who talks to whom is nobody else's business.
      this.#descriptor = openSync(path, 'a', 0o600)
      this.#bytes = fstatSync(this.#descriptor).size
    } catch (cause) {
      throw new UsageFailure(`cannot write the trace to ${path}: ${messageOf(cause)}`, { cause })
    }
    // Sockets close after the node has stopped, and that belongs to the trace too.
    process.once('exit', () => this.#flush())
  }

  readonly write = (event: TraceEvent): void => {
    if (this.#isOver) return
    const line = `${jsonLine(event)}\n`
    // A line is ASCII: as many bytes as characters.
    this.#bytes += line.length
    if (this.#bytes > this.#maxBytes) this.#end(event.timeMs)
    else this.#lines.push(line)
    this.#due ??= setImmediate(() => this.#flush())
  }

  #end(timeMs: number): void {
    this.#isOver = true
    const end: TraceEnd = { timeMs, layer: 'trace', type: 'ended', maxFileBytes: this.#maxBytes }
    this.#lines.push(`${jsonLine(end)}\n`)
    console.error(`warning: the trace ends here, ${this.#path} has reached its ${this.#maxBytes} bytes`)
  }

  #flush(): void {
    clearImmediate(this.#due)
    this.#due = undefined
    const text = this.#lines.join('')
    this.#lines = []
    if (text === '') return
    try {
      writeSync(this.#descriptor, text)
    } catch (error) {
      // The node is worth more than its trace.
      this.#isOver = true
      console.error(`warning: the trace ends here, ${this.#path} cannot be written: ${messageOf(error)}`)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
