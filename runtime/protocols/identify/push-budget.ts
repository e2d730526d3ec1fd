import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'

const minuteMs = 60_000

interface Budget {
  /** Pushes that may still be read, with a fraction. */
  left: number
  at: number
}

const budgets = new WeakMap<Connection, Budget>()

/** Takes one push out of what the connection may still send; false where that is used up. It fills again with time. */
//= ID-PUSH-4
export function takePush(connection: Connection, now: number): boolean {
  const most = limits.identify.pushesPerMinute
  let budget = budgets.get(connection)
  if (budget === undefined) {
    budget = { left: most, at: now }
    budgets.set(connection, budget)
  }
  budget.left = Math.min(most, budget.left + ((now - budget.at) * most) / minuteMs)
  budget.at = now
  if (budget.left < 1) return false
  budget.left -= 1
  return true
}
