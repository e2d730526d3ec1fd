import { createHash } from 'node:crypto'
import type { Cell } from './cells.ts'
import { MatrixError } from './matrix-error.ts'
import type { Matrix } from './matrix-file.ts'

/** Which cells of the matrix are wanted. Everything that is given must hold. */
export interface Selection {
  /** A set of the matrix file. */
  readonly set?: string
  /** Parts of ids; where one has a `*`, it is any characters and the whole id must match. One of them must hold. */
  readonly only?: readonly string[]
  /** `axis=expression` or an expression on the id; each must hold. */
  readonly include?: readonly string[]
  /** None may hold. */
  readonly exclude?: readonly string[]
  readonly shard?: Shard
}

export interface Shard {
  /** Counted from 1. */
  readonly index: number
  readonly of: number
}

export const axes = ['scenario', 'stack', 'transport', 'security', 'muxer', 'dialer', 'listener', 'subject'] as const
type Axis = (typeof axes)[number]

/** The cells of a selection before it is split, in the order of the matrix. Throws where a word of it takes no cell of the matrix: it is misspelt. */
export function selectCells(cells: readonly Cell[], selection: Selection, matrix: Matrix): readonly Cell[] {
  const set = setOf(selection, matrix)
  const include = [...(set?.include ?? []), ...(selection.include ?? [])].map((text) => ruleOf(text, cells))
  const exclude = [...(set?.exclude ?? []), ...(selection.exclude ?? [])].map((text) => ruleOf(text, cells))
  const only = selection.only?.map((text) => patternOf(text, cells))
  return cells.filter(
    (cell) =>
      (set?.scenarios === undefined || set.scenarios.includes(cell.scenario)) &&
      (set?.subjects === undefined ||
        [cell.dialer, cell.listener].every((party) => named(set.subjects ?? [], party))) &&
      (only === undefined || only.some((matches) => matches(cell.id))) &&
      include.every((holds) => holds(cell)) &&
      !exclude.some((holds) => holds(cell)),
  )
}

/** This shard's part. A cell's shard follows from its id alone, so that shards never overlap and miss nothing. */
export function shardCells(cells: readonly Cell[], shard: Shard | undefined): readonly Cell[] {
  return shard === undefined ? cells : cells.filter(({ id }) => shardOfId(id, shard.of) === shard.index)
}

export function shardOfId(id: string, of: number): number {
  return (createHash('sha256').update(id).digest().readUInt32BE(0) % of) + 1
}

/** The order to run in. Long meetings stand between short ones: those that wait leave the machine to others, and what is done tells what is left. */
export function inMixedOrder(cells: readonly Cell[]): Cell[] {
  const keys = new Map(cells.map(({ id }) => [id, createHash('sha256').update(id).digest('hex')]))
  const keyOf = ({ id }: Cell): string => keys.get(id) ?? ''
  return [...cells].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
}

/** `2/5`. */
export function parseShard(text: string): Shard {
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  const shard = { index: Number(index), of: Number(of) }
  if (index === undefined || shard.index < 1 || shard.index > shard.of)
    throw new MatrixError('bad-selection', `--shard wants i/n with 1 ≤ i ≤ n, not ${text}`)
  return shard
}

/** Shards of one selection have it in common; others may not be merged with them. */
export function selectionDigest(cells: readonly Cell[]): string {
  return createHash('sha256')
    .update(cells.map(({ id }) => id).join('\n'))
    .digest('hex')
    .slice(0, 16)
}

function setOf({ set }: Selection, matrix: Matrix): Matrix['sets'][string] | undefined {
  if (set === undefined) return undefined
  const found = matrix.sets[set]
  if (found === undefined)
    throw new MatrixError('bad-selection', `there is no set ${set}; there are ${Object.keys(matrix.sets).join(', ')}`)
  return found
}

function named(subjects: readonly string[], party: Cell['dialer']): boolean {
  return subjects.includes(party.label) || subjects.includes(party.subject)
}

function patternOf(text: string, all: readonly Cell[]): (id: string) => boolean {
  // An arrow is hard to type.
  const wanted = text.replaceAll('->', '→')
  const matches = wanted.includes('*') ? wholeMatch(wanted) : (id: string): boolean => id.includes(wanted)
  if (!all.some(({ id }) => matches(id)))
    throw new MatrixError(
      'bad-selection',
      `no cell of the matrix ${wanted.includes('*') ? 'matches' : 'has in its id'} "${text}"; \`p2pspec interop list\` shows all of them`,
    )
  return matches
}

function wholeMatch(wanted: string): (id: string) => boolean {
  const expression = new RegExp(
    `^${wanted
      .split('*')
      .map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'))
      .join('.*')}$`,
    'u',
  )
  return (id) => expression.test(id)
}

function ruleOf(text: string, all: readonly Cell[]): (cell: Cell) => boolean {
  const [, word, rest] = /^([a-z]+)=(.*)$/su.exec(text) ?? []
  const axis = axes.find((one) => one === word)
  if (word !== undefined && axis === undefined)
    throw new MatrixError('bad-selection', `"${text}" names no axis; there are ${axes.join(', ')}`)
  const expression = compile(axis === undefined ? text.replaceAll('->', '→') : `^(?:${rest ?? ''})$`, text)
  const holds = (cell: Cell): boolean =>
    (axis === undefined ? [cell.id] : valuesOn(axis, cell)).some((value) => expression.test(value))
  if (all.some(holds)) return holds
  const known = axis === undefined ? [] : [...new Set(all.flatMap((cell) => valuesOn(axis, cell)))]
  throw new MatrixError(
    'bad-selection',
    axis === undefined
      ? `no id of the matrix matches "${text}"; \`p2pspec interop list\` shows all of them, and axis=expression takes the axes ${axes.join(', ')}`
      : `"${text}" takes no cell of the matrix; ${axis} is one of ${known.join(', ')}`,
  )
}

function compile(source: string, text: string): RegExp {
  try {
    return new RegExp(source, 'u')
  } catch (cause) {
    throw new MatrixError('bad-selection', `"${text}" is no regular expression`, { cause })
  }
}

/** A party is matched by its name and by its name with the version. */
function valuesOn(axis: Axis, { scenario, stack, dialer, listener }: Cell): readonly string[] {
  switch (axis) {
    case 'scenario':
      return [scenario]
    case 'stack':
      return [stack.name]
    case 'transport':
      return [stack.transport]
    case 'security':
      return [stack.security ?? 'none']
    case 'muxer':
      return [stack.muxer ?? 'none']
    case 'dialer':
      return [dialer.label, dialer.subject]
    case 'listener':
      return [listener.label, listener.subject]
    case 'subject':
      return [dialer.label, dialer.subject, listener.label, listener.subject]
  }
}
