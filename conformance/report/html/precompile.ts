import type Handlebars from 'handlebars'
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Turns page.hbs, page.css and page.client.js into template.js, so that a report needs no template compiler and no file beside it.
 * Run `node conformance/report/html/precompile.ts` after a change; a test fails where template.js is behind.
 */
export function precompiled(): string {
  // The compiler half of handlebars is CommonJS and only needed here.
  const handlebars: typeof Handlebars = createRequire(import.meta.url)('handlebars')
  const source = readFileSync(new URL('page.hbs', import.meta.url), 'utf8')
  const spec = handlebars.precompile(source, { knownHelpersOnly: true, strict: true })
  const style = readFileSync(new URL('page.css', import.meta.url), 'utf8')
  const script = readFileSync(new URL('page.client.js', import.meta.url), 'utf8')
  const texts = `export const style = ${JSON.stringify(style)}\nexport const script = ${JSON.stringify(script)}\n`
  return `// Written by precompile.ts from page.hbs, page.css and page.client.js.\n/* oxlint-disable */\n// prettier-ignore\nexport const template = ${typeof spec === 'string' ? spec : JSON.stringify(spec)}\n// prettier-ignore\n${texts.replace('\nexport const script', '\n// prettier-ignore\nexport const script')}`
}

export const templateFile = fileURLToPath(new URL('template.js', import.meta.url))

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(templateFile, precompiled())
