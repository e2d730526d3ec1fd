import { TesterError } from '../tester/tester-error.ts'

/** Takes a parsed YAML value apart and says where something is wrong. */
export class YamlReader {
  readonly value: unknown
  readonly at: string

  constructor(value: unknown, at: string) {
    this.value = value
    this.at = at
  }

  /** The value as a map that has no keys but these. */
  map(keys: readonly string[]): YamlReader {
    for (const key of Object.keys(this.record())) {
      if (!keys.includes(key)) throw this.error(`has the unknown key ${key}; known are ${keys.join(', ')}`)
    }
    return this
  }

  has(key: string): boolean {
    return this.record()[key] !== undefined
  }

  get(key: string): YamlReader {
    return new YamlReader(this.record()[key], `${this.at}.${key}`)
  }

  record(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      throw this.error('must be a map')
    return this.value as Readonly<Record<string, unknown>> // checked to be an object that is no list
  }

  list(): readonly YamlReader[] {
    if (!Array.isArray(this.value)) throw this.error('must be a list')
    return this.value.map((item: unknown, index) => new YamlReader(item, `${this.at}[${index}]`))
  }

  /** A list, or one value that stands for a list of one. */
  oneOrMore(): readonly YamlReader[] {
    return Array.isArray(this.value) ? this.list() : [this]
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.error('must be text')
    return this.value
  }

  number(): number {
    if (typeof this.value !== 'number' || !Number.isSafeInteger(this.value)) throw this.error('must be a whole number')
    return this.value
  }

  bytes(): Uint8Array {
    const text = this.text().replaceAll(/\s/g, '')
    if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw this.error('must be hex digits, two a byte')
    return new Uint8Array(Buffer.from(text, 'hex'))
  }

  oneOf<Value extends string>(values: readonly Value[]): Value {
    const found = values.find((value) => value === this.value)
    if (found === undefined) throw this.error(`must be one of ${values.join(', ')}`)
    return found
  }

  error(what: string): TesterError {
    return new TesterError('bad-case', 'protocol', `${this.at} ${what}`)
  }
}
