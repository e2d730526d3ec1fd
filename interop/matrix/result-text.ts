import { parseDocument } from 'yaml'

const outputCharactersMax = 256 * 1024
const depthMax = 6
const figuresMax = 500
const stepsMax = 20

/** The figures of a dialer's result, flattened: `latency.ping_rtt`. Null where the output is neither YAML nor JSON with figures in it. */
export function parseResult(output: string): Readonly<Record<string, number>> | null {
  if (output.length > outputCharactersMax) return null
  const figures = new Map<string, number>()
  for (const part of partsOf(output)) collect(parseYaml(part), '', 0, figures)
  for (const [legacy, name] of legacyNames) {
    const value = figures.get(legacy)
    if (value === undefined) continue
    figures.delete(legacy)
    figures.set(name, value)
  }
  return figures.size === 0 ? null : Object.fromEntries(figures)
}

/** Steps of a result that did not go as they must: what is false, and what is said where a sibling says `ok`. */
export function failedSteps(output: string): readonly string[] {
  if (output.length > outputCharactersMax) return []
  const failed: string[] = []
  const visit = (value: unknown, name: string, depth: number): void => {
    if (depth > depthMax || typeof value !== 'object' || value === null || Array.isArray(value)) return
    const steps = Object.entries(value)
    const hasSteps = steps.some(([, said]) => said === 'ok')
    for (const [key, said] of steps) {
      const path = name === '' ? key : `${name}.${key}`
      if (said === false || (hasSteps && typeof said === 'string' && said !== 'ok')) failed.push(`${path}: ${said}`)
      visit(said, path, depth + 1)
    }
  }
  visit(parseYaml(output), '', 0)
  return failed.slice(0, stepsMax)
}

/** The whole, or where it is no YAML with names the blocks in it that look like a result: test runners print their own words around one. */
function partsOf(output: string): readonly string[] {
  const whole = parseYaml(output)
  if (typeof whole === 'object' && whole !== null && !Array.isArray(whole)) return [output]
  return output.match(/^(?:\{.*\}|[a-z_]+:(?:\r?\n {2,}[a-z_]+: .*)+)$/gm) ?? []
}

/** The older spelling's figures under the names of the newer one. */
const legacyNames = [
  ['handshakePlusOneRTTMillis', 'latency.handshake_plus_one_rtt'],
  ['pingRTTMilllis', 'latency.ping_rtt'],
  ['pingRTTMillis', 'latency.ping_rtt'],
] as const

function parseYaml(output: string): unknown {
  const document = parseDocument(output, { logLevel: 'silent' })
  if (document.errors.length > 0) return null
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    // Aliases: no result has any.
    return null
  }
}

function collect(value: unknown, name: string, depth: number, figures: Map<string, number>): void {
  if (depth > depthMax || figures.size >= figuresMax) return
  if (typeof value === 'number' && Number.isFinite(value) && name !== '') figures.set(name, value)
  // Samples are in the log; a list has no name for each of its figures.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  for (const [key, inner] of Object.entries(value))
    if (/^[\w-]{1,64}$/.test(key)) collect(inner, name === '' ? key : `${name}.${key}`, depth + 1, figures)
}
