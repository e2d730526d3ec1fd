import type { ConnectionGater, GateRequest, GateVerdict } from '@p2pspec/generated/interfaces/connection-gater'
import { SwarmError } from '../errors.ts'

/** Lets everything through. */
export const openGate: ConnectionGater = { judge: () => ({ allow: true }) }

/** Asks the gater; one that throws has refused. */
export function judge(gater: ConnectionGater, request: GateRequest): GateVerdict {
  try {
    return gater.judge(request)
  } catch (error) {
    return { allow: false, reason: `the gater failed: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Throws `denied` where the gater refuses. */
export function requireAllowed(gater: ConnectionGater, request: GateRequest): void {
  const verdict = judge(gater, request)
  if (!verdict.allow) throw deniedError(request, verdict.reason)
}

export function deniedError({ step, peer, address }: GateRequest, reason: string): SwarmError {
  const whom = [peer, address].filter((part) => part !== undefined).join(' at ')
  return new SwarmError(
    'denied',
    `the connection gater refused ${whom} at the step ${step}: ${reason}`,
    address === undefined ? {} : { address: address.toString() },
  )
}
