import type { Move, Path } from '../../simulation/explore.ts'
import type { RoleRun, Send, Step } from '../../simulation/run.ts'
import type { Symbol } from '../../simulation/symbol.ts'

export interface LegalSend {
  readonly message: string
  readonly fields?: Readonly<Record<string, Symbol>>
}

export interface ExpectedSend {
  readonly any: readonly LegalSend[]
  readonly optional?: boolean
  readonly after?: number
}

/** Everything that the role may send along a path, in order. `steps` counts what the tester does. */
export function expectedSends(path: Omit<Path, 'row'>, tail: readonly Step[], fails: boolean): readonly ExpectedSend[] {
  const sends: ExpectedSend[] = []
  const stepsOf = (moves: readonly Move[]): number => moves.filter(({ event }) => isTesterStep(event.name)).length
  const total = stepsOf(path.moves)
  const add = (run: RoleRun, step: Step, done: number): void => {
    for (const [index, send] of step.sends.entries()) {
      const other = index === 0 ? step.instead : []
      const late = step.row.late.includes(send.message)
      const any = [send, ...other].map((one) => legalSend(run, one))
      if (!late) sends.push({ any, after: done })
      // Its latest moment is one step later; a path that ends in failure may end before it.
      else if (done < total) sends.push({ any, after: done + 1, ...(fails ? { optional: true } : {}) })
      else sends.push({ any, ...(fails ? { optional: true } : {}) })
    }
  }
  add(path.run, path.start, 0)
  for (const [index, move] of path.moves.entries()) {
    sends.push(...earlySends(path.run, move))
    add(path.run, move.step, stepsOf(path.moves.slice(0, index + 1)))
  }
  for (const step of tail) add(path.run, step, total)
  return sends
}

/** What the tester does itself: everything but the draining of the subject's own bytes. */
export function isTesterStep(event: string): boolean {
  return event !== 'io.drained'
}

/** Sends of other rows of the same state that may have left before, where this row does not send them. */
function earlySends(run: RoleRun, { from, step }: Move): readonly ExpectedSend[] {
  const { target } = from
  if (target.kind !== 'state') return []
  const rows = run.role.states.find(({ name }) => name === target.state)?.rows ?? []
  const early = new Set(rows.flatMap((row) => row.early))
  return [...early]
    .filter((message) => !step.sends.some((send) => send.message === message))
    .map((message) => ({ any: [{ message }], optional: true }))
}

/** Fields whose value a test can write; of a whole message, its own fields. */
function legalSend(run: RoleRun, { message, fields }: Send): LegalSend {
  const kind = run.machine.messages.find(({ name }) => name === message)?.kind
  const written = Object.entries(fields).flatMap(([name, { symbol }]) =>
    symbol === undefined ? [] : [[name, symbol] as const],
  )
  const whole =
    kind === 'proto' ? written.flatMap(([, symbol]) => (isRecord(symbol) ? Object.entries(symbol) : [])) : written
  return whole.length === 0 ? { message } : { message, fields: Object.fromEntries(whole) }
}

function isRecord(symbol: Symbol): symbol is { readonly [field: string]: Symbol } {
  return (
    typeof symbol === 'object' && symbol !== null && !Array.isArray(symbol) && !('hole' in symbol) && !('hex' in symbol)
  )
}
