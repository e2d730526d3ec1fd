import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareText } from '../load/problem.ts'

/** A place in the code that names a requirement. */
export interface Citation {
  readonly id: string
  /** Relative to the project root. */
  readonly file: string
  readonly line: number
}

export interface Citations {
  /** `//= ID` comments of the runtime. */
  readonly implementations: readonly Citation[]
  /** Test titles that end in `[ID]`. */
  readonly tests: readonly Citation[]
  /** `requirements:` of hand-written cases. */
  readonly cases: readonly Citation[]
}

const idText = '[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+'
const comment = new RegExp(`//=\\s*(${idText}(?:\\s*,?\\s+${idText})*)`)
const bracket = new RegExp(`\\[(${idText}(?:\\s*,?\\s+${idText})*)\\]`, 'g')
const caseRequirements = new RegExp(`^\\s*requirements:\\s*\\[(.*)\\]`)
const oneId = new RegExp(idText, 'g')

/** Reads the code of the rooms to the right of generated/, as text. */
export function scanCitations(root: string): Citations {
  const implementations: Citation[] = []
  const tests: Citation[] = []
  const cases: Citation[] = []
  for (const room of ['runtime', 'conformance', 'generated', 'interop']) {
    for (const file of listFiles(root, room)) {
      const isTest = file.endsWith('.test.ts')
      const isCases = file.endsWith('extra.cases.yaml')
      if (!isTest && !isCases && !(room === 'runtime' && file.endsWith('.ts'))) continue
      const lines = readFileSync(join(root, file), 'utf8').split('\n')
      lines.forEach((text, index) => {
        const add = (list: Citation[], ids: string): void => {
          for (const [id] of ids.matchAll(oneId)) list.push({ id, file, line: index + 1 })
        }
        if (isCases) add(cases, caseRequirements.exec(text)?.[1] ?? '')
        else if (isTest) for (const match of text.matchAll(bracket)) add(tests, match[1] ?? '')
        else add(implementations, comment.exec(text)?.[1] ?? '')
      })
    }
  }
  return { implementations, tests, cases }
}

function listFiles(root: string, below: string): readonly string[] {
  let entries
  try {
    entries = readdirSync(join(root, below), { withFileTypes: true })
  } catch {
    return []
  }
  return entries
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((entry) => {
      if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) return []
      const path = `${below}/${entry.name}`
      return entry.isDirectory() ? listFiles(root, path) : [path]
    })
}
