import type { Problem } from '../load/problem.ts'
import { nearestName } from '../load/nearest-name.ts'
import type { SpecFile, YamlPath } from '../load/spec-file.ts'
import type { Model } from './model.ts'
import type { Limit } from './spec-types.ts'

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Looks limits of one protocol up in spec/common/limits.yaml. */
export class LimitLookup {
  readonly #table: Readonly<Record<string, Limit>>
  readonly #protocol: string
  readonly #file: SpecFile<unknown>
  readonly #problems: Problem[]

  constructor(model: Model, protocol: string, file: SpecFile<unknown>, problems: Problem[]) {
    this.#table = model.limits?.data.limits[protocol] ?? {}
    this.#protocol = protocol
    this.#file = file
    this.#problems = problems
  }

  /** A figure as written, or the figure of the named limit. */
  figure(limit: number | string | undefined, path: YamlPath): number {
    if (limit === undefined) return 0
    return typeof limit === 'number' ? limit : (this.row(limit, path)?.value ?? 0)
  }

  /** `10s` or the name of a limit, in milliseconds. */
  milliseconds(text: string, path: YamlPath): { readonly milliseconds: number; readonly limit: string | undefined } {
    const groups = /^(?<count>[0-9]+)(?<unit>ms|s|m|h)$/.exec(text)?.groups
    if (groups !== undefined)
      return { milliseconds: Number(groups['count']) * (unitMilliseconds[groups['unit'] ?? ''] ?? 1), limit: undefined }
    const row = this.row(text, path)
    if (row === undefined) return { milliseconds: 0, limit: text }
    if (row.unit !== 'milliseconds' && row.unit !== 'seconds') {
      this.#problem(
        path,
        `limit \`${text}\` counts ${row.unit}, not time`,
        'Name a limit whose unit is milliseconds or seconds.',
      )
    }
    return { milliseconds: row.unit === 'seconds' ? row.value * 1000 : row.value, limit: text }
  }

  row(name: string, path: YamlPath): Limit | undefined {
    const row = Object.hasOwn(this.#table, name) ? this.#table[name] : undefined
    if (row === undefined) {
      this.#problem(
        path,
        `no limit \`${name}\` of ${this.#protocol}`,
        `${nearestName(name, Object.keys(this.#table))}Add it under \`${this.#protocol}\` in spec/common/limits.yaml.`,
      )
    }
    return row
  }

  /** The row, where there is one: no complaint. */
  peek(name: string): Limit | undefined {
    return Object.hasOwn(this.#table, name) ? this.#table[name] : undefined
  }

  #problem(path: YamlPath, message: string, fix: string): void {
    this.#problems.push({ ...this.#file.positionOf(path), message, fix })
  }
}
