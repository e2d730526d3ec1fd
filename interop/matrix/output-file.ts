import { closeSync, openSync, writeSync } from 'node:fs'

/** More than any result and any useful log. */
export const outputBytesMax = 1024 * 1024
const lastCharacters = 4_000

/** Takes what a program says into a file, up to a limit: a program that talks without end may not fill the disk. */
export class OutputFile {
  readonly #file: number
  readonly #decoder = new TextDecoder()
  #left = outputBytesMax
  #text = ''
  #closed = false

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  write(chunk: Uint8Array): void {
    if (this.#closed) return
    const kept = chunk.subarray(0, this.#left)
    this.#left -= kept.length
    if (kept.length > 0) writeSync(this.#file, kept)
    this.#text += this.#decoder.decode(kept, { stream: true })
  }

  /** Everything that was kept. */
  get text(): string {
    return this.#text
  }

  get lastText(): string {
    return this.#text.slice(-lastCharacters)
  }

  close(): void {
    if (!this.#closed) closeSync(this.#file)
    this.#closed = true
  }
}
