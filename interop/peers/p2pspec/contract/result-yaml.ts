export type ResultValue =
  string | number | boolean | null | readonly (string | number)[] | { readonly [name: string]: ResultValue }

/** The part of YAML that results need: maps in maps, with scalars and flat lists. */
export function toYaml(document: { readonly [name: string]: ResultValue }, indent = ''): string {
  return Object.entries(document)
    .map(([name, value]) => {
      if (typeof value !== 'object' || value === null) return `${indent}${name}: ${scalar(value)}\n`
      if (isList(value)) return `${indent}${name}: [${value.map(scalar).join(', ')}]\n`
      return `${indent}${name}:\n${toYaml(value, `${indent}  `)}`
    })
    .join('')
}

function isList(value: object): value is readonly (string | number)[] {
  return Array.isArray(value)
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value === 'number') return String(Number(value.toFixed(6)))
  if (typeof value !== 'string') return String(value)
  // Quoted as JSON, which is YAML too, unless it is plainly a word.
  return /^[a-z]+$/i.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value) ? value : JSON.stringify(value)
}
