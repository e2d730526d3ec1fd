import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../load/project-root.ts'
import type { LintRule } from './rule.ts'

export const limitsUsed: LintRule = {
  name: 'limits-used',
  about: 'Every limit of spec/common/limits.yaml is named by a machine, a layout, a record or the runtime.',
  check: ({ root, model }) => {
    const { limits } = model
    if (limits === undefined) return []
    const words = wordsOf(root)
    return Object.entries(limits.data.limits).flatMap(([owner, table]) =>
      Object.keys(table)
        .filter((name) => !words.has(name))
        .map((name) => ({
          ...limits.positionOf(['limits', owner, name]),
          message: `nothing uses the limit \`${name}\` of ${owner}`,
          fix: 'Name it where the bound is kept, or take it out: a limit that nobody keeps protects nobody.',
        })),
    )
  },
}

/** Every identifier in spec files (but the table of limits), the generator's emitters and the runtime. */
function wordsOf(root: string): ReadonlySet<string> {
  const words = new Set<string>()
  const read = (from: string, path: string): void => {
    for (const entry of readdirSync(join(from, path), { withFileTypes: true })) {
      const child = `${path}/${entry.name}`
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== 'dist') read(from, child)
      } else if (
        /\.(ts|yaml)$/.test(entry.name) &&
        !entry.name.endsWith('.test.ts') &&
        child !== 'spec/common/limits.yaml'
      ) {
        for (const [word] of readFileSync(join(from, child), 'utf8').matchAll(/[A-Za-z][A-Za-z0-9]*/g)) words.add(word)
      }
    }
  }
  read(projectRoot, 'generator/emit')
  for (const room of ['spec', 'runtime', 'conformance']) {
    try {
      read(root, room)
    } catch {
      // A project without that room uses no limit there.
    }
  }
  return words
}
