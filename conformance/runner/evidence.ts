import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { SubjectInfo } from '../events.ts'
import type { Transcript } from '../tester/transcript.ts'

/** Keeps what crossed the wire in cases worth a look. */
export class Evidence {
  readonly #out: string | null
  readonly #seed: number

  constructor(out: string | null, seed: number) {
    this.#out = out
    this.#seed = seed
  }

  /** The folder of the case's evidence, relative to the run's; null where nothing is kept. */
  keep(id: string, subject: SubjectInfo, item: unknown, transcript: Transcript): string | null {
    if (this.#out === null) return null
    const folder = path.join('evidence', id.replaceAll(/[^\w.~-]+/g, '_'))
    mkdirSync(path.join(this.#out, folder), { recursive: true })
    const content = {
      format: 'transcript/1',
      id,
      subject,
      seed: this.#seed,
      case: item,
      droppedLines: transcript.dropped,
      lines: transcript.lines,
    }
    writeFileSync(path.join(this.#out, folder, 'transcript.json'), `${JSON.stringify(content, jsonValue)}\n`)
    return folder
  }
}

function jsonValue(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') }
  return typeof value === 'bigint' ? value.toString() : value
}
