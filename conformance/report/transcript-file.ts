import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { SubjectInfo, TranscriptLine } from '../events.ts'
import { isRecord } from './requirement-index.ts'

/** `transcript.json` of an evidence folder: what crossed the wire, and the whole case, so that it can run again. */
export interface TranscriptFile {
  readonly format: 'transcript/1'
  readonly id: string
  readonly subject: SubjectInfo
  readonly seed: number
  /** The case as it ran (`Case`, or a hand-written one). */
  readonly case: unknown
  readonly lines: readonly TranscriptLine[]
}

export class TranscriptError extends Error {
  override readonly name = 'TranscriptError'
}

/** The transcript of a case's evidence; null where none was kept. */
export function readEvidence(runFolder: string, evidence: string | null): TranscriptFile | null {
  if (evidence === null) return null
  const file = path.resolve(runFolder, evidence, 'transcript.json')
  // Evidence stays in the run's own folder, whatever the event says.
  if (!file.startsWith(path.resolve(runFolder) + path.sep) || !existsSync(file)) return null
  return readTranscript(file)
}

export function readTranscript(file: string): TranscriptFile {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new TranscriptError(`${file} cannot be read as JSON: give the transcript.json of an evidence folder`, {
      cause,
    })
  }
  if (
    !isRecord(value) ||
    value['format'] !== 'transcript/1' ||
    typeof value['id'] !== 'string' ||
    !Array.isArray(value['lines'])
  ) {
    throw new TranscriptError(`${file} is no transcript: expected format transcript/1 with id and lines`)
  }
  // Written by the suite in this format; the three fields that everything hangs on are checked above.
  return value as unknown as TranscriptFile
}
