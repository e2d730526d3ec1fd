import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import t from 'tap'
import { ownFiles } from './peer-image.ts'

/** What a module takes along as soon as it is loaded: no types, and nothing that is imported later. */
const staticImport = /^(?:import|export)\s+(?!type\b)(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm

await t.test("every module in the image of this project's node has there what it loads with itself", (t) => {
  const files = ownFiles()
  const inside = new Set(files.map(({ to }) => to))
  const own = files.filter(({ to }) => to.endsWith('.ts') && !to.includes('/node_modules/'))
  t.ok(own.length > 100, `${own.length} modules`)
  const missing = own.flatMap(({ from, to }) =>
    [...readFileSync(from, 'utf8').matchAll(staticImport)]
      .map(([, wanted = '']) => wanted)
      .filter((wanted) => !isThere(wanted, to, inside))
      .map((wanted) => `${to}: ${wanted}`),
  )
  t.strictSame(missing, [])
  t.end()
})

function isThere(wanted: string, by: string, inside: ReadonlySet<string>): boolean {
  if (wanted.startsWith('node:') || builtinModules.includes(wanted)) return true
  if (wanted.startsWith('.')) return inside.has(join(dirname(by), wanted))
  const [scope = '', name = ''] = wanted.split('/')
  if (scope === '@p2pspec') return inside.has(`${wanted.replace('@p2pspec', '/app')}.ts`)
  const place = wanted.startsWith('@') ? `${scope}/${name}` : scope
  return inside.has(`/app/node_modules/${place}/package.json`)
}
