import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MutantError } from './apply-mutant.ts'
import type { LoadOrder, Mutant } from './mutant.ts'

const hook = new URL('load-hook.ts', import.meta.url).href
const projectFolder = fileURLToPath(new URL('../../', import.meta.url))

/** The command line of a subject with a bug in it, and the proof that the bug was in place: whatever process it started, at whatever time. */
export class MutatedCommand implements Disposable {
  /** The program and its arguments, to which `listen` or `dial` is added. */
  readonly words: readonly string[]
  readonly #mutant: Mutant | null
  readonly #folder: string

  constructor(command: readonly string[], mutant: Mutant | null) {
    this.#mutant = mutant
    this.#folder = mkdtempSync(path.join(tmpdir(), 'p2pspec-mutant-'))
    this.words = mutant === null ? command : this.#changed(command, mutant)
  }

  /** Throws where a changed source was to be loaded, and none was. */
  requireApplied(): void {
    if (this.#mutant === null || existsSync(this.#mark)) return
    throw new MutantError(`${this.#mutant.file} was never loaded: the bug was not in place`)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #mark(): string {
    return path.join(this.#folder, 'applied')
  }

  #changed([program = process.execPath, ...rest]: readonly string[], mutant: Mutant): readonly string[] {
    const { id, file, after, find, replace } = mutant
    const url = pathToFileURL(path.join(projectFolder, file)).href
    const order: LoadOrder = { id, file, after, find, replace, url, mark: this.#mark }
    // The order travels as the hook's own query: a dialer that the suite starts by itself carries it too.
    return [program, '--import', `${hook}?${encodeURIComponent(JSON.stringify(order))}`, ...rest]
  }
}
