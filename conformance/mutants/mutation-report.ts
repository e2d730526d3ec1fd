import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { markdownText } from '../report/markdown-text.ts'
import type { MutantResult } from './run-mutants.ts'

/** The mutation score, as JSON can carry it. */
export interface MutationScore {
  readonly format: 'mutation/1'
  readonly killed: number
  readonly survived: number
  readonly broken: number
  readonly mutants: readonly {
    readonly id: string
    readonly protocol: string
    readonly requirement: string
    readonly what: string
    readonly outcome: MutantResult['outcome']
    readonly killers: readonly string[]
    readonly note: string
  }[]
}

export function mutationScore(results: readonly MutantResult[]): MutationScore {
  const count = (outcome: MutantResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length
  return {
    format: 'mutation/1',
    killed: count('killed'),
    survived: count('survived'),
    broken: count('broken'),
    mutants: results.map(({ mutant, outcome, killers, note }) => ({
      id: mutant.id,
      protocol: mutant.protocol,
      requirement: mutant.requirement,
      what: mutant.what,
      outcome,
      killers,
      note,
    })),
  }
}

/** Writes mutants.md and mutants.json; returns the files. */
export function writeMutationScore(score: MutationScore, folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true })
  const texts = { 'mutants.md': mutationMarkdown(score), 'mutants.json': `${JSON.stringify(score, null, 2)}\n` }
  return Object.entries(texts).map(([name, text]) => {
    const file = path.join(folder, name)
    writeFileSync(file, text)
    return file
  })
}

const maxKillersShown = 3

/** The score as a page: survivors first, they are what is missing. */
export function mutationMarkdown(score: MutationScore): string {
  const total = score.killed + score.survived
  const percent = total === 0 ? 0 : Math.round((score.killed / total) * 100)
  const rows = [...score.mutants].sort(
    (left, right) =>
      rank(left.outcome) - rank(right.outcome) || (left.protocol + left.id < right.protocol + right.id ? -1 : 1),
  )
  const table = rows.map((row) => {
    const more = row.killers.length > maxKillersShown ? ` and ${row.killers.length - maxKillersShown} more` : ''
    const by =
      row.outcome === 'killed'
        ? row.killers.slice(0, maxKillersShown).map(markdownText).join('<br>') + more
        : markdownText(row.note)
    return `| ${row.outcome} | ${row.requirement} | ${markdownText(row.id)} | ${markdownText(row.what)} | ${by} |`
  })
  const perProtocol = [...Map.groupBy(score.mutants, (row) => row.protocol)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([protocol, own]) => {
      const count = (outcome: MutantResult['outcome']): number => own.filter((row) => row.outcome === outcome).length
      return `| ${markdownText(protocol)} | ${count('killed')} of ${own.length - count('broken')} | ${count('broken')} |`
    })
  const broken = score.broken === 0 ? '' : ` ${score.broken} could not be judged.`
  return `# Does the suite notice a bug?

Written by \`p2pspec mutants\`. Each row is one bug seeded into our own runtime while it loads; the cases then run against that node.
A bug is killed where a case gives a worse verdict than it gives to the unchanged node.

**${score.killed} of ${total} killed (${percent} %).**${broken}

| protocol | killed | not judged |
| --- | ---: | ---: |
${perProtocol.join('\n')}

| outcome | requirement | mutant | what is wrong | killed by, or why not |
| --- | --- | --- | --- | --- |
${table.join('\n')}
`
}

function rank(outcome: MutantResult['outcome']): number {
  return outcome === 'survived' ? 0 : outcome === 'broken' ? 1 : 2
}
