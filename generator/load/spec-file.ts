import { createHash } from 'node:crypto'
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Node, Pair } from 'yaml'
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

/** Reads YAML 1.2: one document, unique keys, no aliases across a file that would hide where a value comes from. */
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
  const document = parseDocument(text, { lineCounter, uniqueKeys: true, strict: true, prettyErrors: false, version: '1.2' })
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
  const alias = findAlias(text, document)
  if (alias !== undefined) {
    return broken(path, sha256, [
      { ...at(alias), message: 'aliases (*name) are not allowed', fix: 'Write the value out, so that every value has one place.' },
    ])
  }
  const positionOf = (wanted: YamlPath): Position => at(offsetOf(document, wanted))
  const data: unknown = document.toJS({ maxAliasCount: 0 })
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

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message
}

/** Offset of the first alias, if any. */
function findAlias(text: string, document: Document.Parsed): number | undefined {
  if (!text.includes('*')) return undefined
  const pending: unknown[] = [document.contents]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (isMap(node)) for (const pair of node.items) pending.push(pair.key, pair.value)
    else if (isSeq(node)) pending.push(...node.items)
    else if (typeof node === 'object' && node !== null && 'source' in node && !isScalar(node)) {
      // Only an alias has a `source` without being a scalar.
      return (node as Node).range?.[0] ?? 0
    }
  }
  return undefined
}

function offsetOf(document: Document.Parsed, path: YamlPath): number {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const segment of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(segment))
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
  if (isMap(node) || isSeq(node) || isScalar(node)) return node.range?.[0] ?? 0
  return 0
}
