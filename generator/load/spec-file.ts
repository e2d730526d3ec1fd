import { createHash } from 'node:crypto'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Pair } from 'yaml'
import type { Problem } from './problem.ts'

export type YamlPath = readonly (string | number)[]

export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A spec file that was read: its value, its digest, and the place of every node. */
export interface SpecFile<T> {
  /** Relative to the project root, with forward slashes. */
  readonly path: string
  /** Of the bytes as they stand on disk. */
  readonly sha256: string
  readonly data: T
  /** The place of a key (or of a list's item); of the nearest parent where the path does not exist. */
  positionOf(path: YamlPath): Position
}

export interface ParsedYaml {
  readonly file: SpecFile<unknown>
  readonly problems: readonly Problem[]
}

/** Reads YAML 1.2: one document, unique keys, aliases replaced by what they name. */
export function parseYaml(path: string, bytes: Uint8Array): ParsedYaml {
  const sha256 = sha256Hex(bytes)
  const lineCounter = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset)
    return { file: path, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const text = decodeUtf8(bytes)
  if (text === undefined) {
    return broken(path, sha256, [
      { file: path, line: 1, column: 1, message: 'the file is not UTF-8 text', fix: 'Save it as UTF-8.' },
    ])
  }
  const document = parseDocument(text, {
    lineCounter,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    version: '1.2',
  })
  if (document.errors.length > 0) {
    return broken(
      path,
      sha256,
      document.errors.map((error) => ({
        ...at(error.pos[0]),
        message: `YAML: ${firstLine(error.message)}`,
        fix: 'Correct the YAML; quote text that holds `: `, ` #`, braces or brackets.',
      })),
    )
  }
  const odd = findOddKey(document)
  if (odd !== undefined) {
    return broken(path, sha256, [
      {
        ...at(odd),
        message: 'a key is a map, a list or empty',
        fix: 'Keys are words: quote what holds braces, brackets or `?`.',
      },
    ])
  }
  const positionOf = (wanted: YamlPath): Position => at(offsetOf(document, wanted))
  const data = toValue(document)
  if (data === tooManyAliases) {
    return broken(path, sha256, [
      {
        file: path,
        line: 1,
        column: 1,
        message: 'aliases (*name) repeat too much of the file',
        fix: 'Write values out; an alias may stand for a shared table, not for a tree of aliases.',
      },
    ])
  }
  return { file: { path, sha256, data, positionOf }, problems: [] }
}

export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function broken(path: string, sha256: string, problems: readonly Problem[]): ParsedYaml {
  return { file: { path, sha256, data: null, positionOf: () => ({ file: path, line: 1, column: 1 }) }, problems }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const tooManyAliases = Symbol('too many aliases')

/** An alias is replaced by what it names; a file whose aliases multiply is refused. */
function toValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (error instanceof ReferenceError) return tooManyAliases
    throw error
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message
}

/** Offset of the first key that is no word. */
function findOddKey(document: Document.Parsed): number | undefined {
  const pending: unknown[] = [document.contents]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isSeq(node)) pending.push(...node.items)
    if (!isMap(node)) continue
    for (const { key, value } of node.items) {
      if (!isScalar(key) || key.value === null) return startOf(key) || startOf(node)
      if (value !== null) pending.push(value)
    }
  }
  return undefined
}

function offsetOf(document: Document.Parsed, path: YamlPath): number {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(segment),
      )
      if (pair === undefined) return offset
      offset = startOf(pair.key)
      node = pair.value
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(segment)]
      if (item === undefined) return offset
      offset = startOf(item)
      node = item
    } else {
      return offset
    }
  }
  return offset
}

function startOf(node: unknown): number {
  if (isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)) return node.range?.[0] ?? 0
  return 0
}
