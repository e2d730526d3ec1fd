import { jsonLine, printable } from './printable.ts'

/** What a command tells: an `event` by name, with fields that JSON can hold. */
export interface Told {
  readonly event: string
  readonly [field: string]: unknown
}

export interface OutputFlags {
  readonly json?: boolean
}

/** Standard output of a command: lines for people, or with `--json` one object a line. Nothing that a remote said reaches the terminal as it is. */
export class Output {
  readonly #json: boolean
  readonly #write: (text: string) => void

  constructor(flags: OutputFlags, write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#json = flags.json === true
    this.#write = write
  }

  tell(told: Told, ...lines: readonly string[]): void {
    if (this.#json) return this.#write(`${jsonLine(told)}\n`)
    for (const line of lines) this.#write(`${printable(line)}\n`)
  }
}
