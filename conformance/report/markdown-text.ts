import { visible } from './visible.ts'

/** Text for a Markdown table cell: no markup, no HTML, no line breaks, no cell ends. */
export function markdownText(text: string): string {
  return visible(text).replace(/[\\`*_{}[\]<>()#+!|~&]/g, (character) => entities[character] ?? `\\${character}`)
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '|': '&#124;' }
