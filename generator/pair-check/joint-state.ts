import type { Configuration, Send, Step } from '../simulation/run.ts'

/** What travels between the two: a message, the end of one side's bytes, or a reset. */
export type Item =
  { readonly kind: 'message'; readonly send: Send } | { readonly kind: 'end' } | { readonly kind: 'reset' }

/** One side: where its machine is, what is on its way to it, what it holds back or has sent before its time. */
export interface Side {
  readonly at: Configuration
  readonly inbox: readonly Item[]
  /** Late sends: they leave with the next event. */
  readonly held: readonly Item[]
  /** Early sends that have left already. */
  readonly sentEarly: readonly string[]
  /** Its bytes are not all out: `io.drained` will come. */
  readonly draining: boolean
  /** It sends nothing more. */
  readonly ended: boolean
  readonly outputs: readonly Step['outputs'][number][]
  /** What its application has asked so far. */
  readonly calls: number
}

export type Joint = readonly [Side, Side]

/** Equal keys mean the same future. */
export function jointKey(joint: Joint): string {
  return JSON.stringify(
    joint.map((side) => ({
      ...side,
      at: { ...side.at, timers: [...side.at.timers].sort(), vars: values(side.at.vars) },
      inbox: side.inbox.map(itemKey),
      held: side.held.map(itemKey),
      outputs: side.outputs.map(({ output, fields }) => [output, values(fields)]),
    })),
    (_, value: unknown) => {
      if (typeof value === 'bigint') return `${value}n`
      return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
    },
  )
}

export function withSide(joint: Joint, index: 0 | 1, side: Side): Joint {
  return index === 0 ? [side, joint[1]] : [joint[0], side]
}

export function otherIndex(index: 0 | 1): 0 | 1 {
  return index === 0 ? 1 : 0
}

function itemKey(item: Item): unknown {
  return item.kind === 'message' ? [item.send.message, values(item.send.fields)] : item.kind
}

function values(fields: Configuration['vars']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]))
}
