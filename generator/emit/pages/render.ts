import { readFileSync } from 'node:fs'
import { instance } from '@viz-js/viz'
import Handlebars from 'handlebars'
import type { Role } from '../../model/machine.ts'
import { dot } from './diagram.ts'
import type { ProtocolPage } from './page-data.ts'

/** What the index says of one protocol or interface. */
export interface IndexPage {
  readonly header: string
  readonly protocols: readonly {
    readonly name: string
    readonly what: string
    readonly roles: string
    readonly requirements: number
    readonly cases: number
  }[]
  readonly interfaces: readonly { readonly name: string; readonly what: string; readonly rules: number }[]
}

// Markdown, not HTML: the templates write entities where they want them.
const handlebars = Handlebars.create()
handlebars.registerHelper('lower', (text: string) => text.toLowerCase())

export function renderProtocolPage(page: ProtocolPage): string {
  return tidy(template('protocol-page')(page))
}

export function renderIndexPage(page: IndexPage): string {
  return tidy(template('index-page')(page))
}

/** A role's diagram, drawn by Graphviz: the same bytes for the same role. */
export async function renderDiagram(role: Role, header: string): Promise<string> {
  const viz = await instance()
  const svg = viz.renderString(dot(role), { format: 'svg' })
  // Graphviz writes its version and a title that browsers show as a tooltip.
  const body = svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[^>]*-->\n?/g, '')
    .replace(/<title>[^<]*<\/title>\n?/g, '')
  return `${header}${body.trimEnd()}\n`
}

function template(name: string): (page: unknown) => string {
  return handlebars.compile(readFileSync(new URL(`../../templates/${name}.md.hbs`, import.meta.url), 'utf8'), {
    noEscape: true,
    strict: true,
  })
}

/** One empty line between blocks, and one line feed at the end. */
function tidy(text: string): string {
  return `${text.replace(/\n{3,}/g, '\n\n').trim()}\n`
}
