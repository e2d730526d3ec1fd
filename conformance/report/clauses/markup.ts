import { visible } from '../visible.ts'

/** Text for HTML, SVG and XML: no markup, no control characters. */
export function markup(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
