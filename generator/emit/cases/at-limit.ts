import type { Machine } from '../../model/machine.ts'
import type { Path } from '../../simulation/explore.ts'

/** The same path with its last message as long as the framing allows; undefined where the class is not one of free text. */
export function atLimit({ framing }: Machine, path: Path): Path | undefined {
  const last = path.moves.at(-1)
  if (
    framing.kind !== 'uvarint-prefixed' ||
    last?.event.message?.kind !== 'text' ||
    last.step.after.target.kind === 'failed'
  )
    return undefined
  const [field] = last.event.message.fields
  const witness = field === undefined ? undefined : last.sample.fields[field.name]
  if (field === undefined || typeof witness?.symbol !== 'string') return undefined
  const length = framing.limit - (framing.suffix?.length ?? 0)
  const text = witness.symbol.padEnd(length, 'x')
  const sample = { ...last.sample, fields: { ...last.sample.fields, [field.name]: { value: text, symbol: text } } }
  const { run } = path
  // Padding may move it into another class: then it is no case of this row.
  if (run.classOf(last.event, last.from, sample) !== last.eventClass) return undefined
  return {
    ...path,
    moves: [...path.moves.slice(0, -1), { ...last, sample, step: run.step(last.from, path.row, sample) }],
  }
}
