import type { TesterErrorCode } from '../../tester/tester-error.ts'

/** The version of the format that docs/agent.md tells of. */
export const AGENT_FORMAT = 1
/** The longest line of either side, without its end. */
export const MAX_LINE_BYTES = 65_536

/** What an agent is told; each has a number of its own, which the answer repeats. */
export type AgentCommand =
  | { readonly do: 'serve' | 'unserve'; readonly protocols: readonly string[] }
  | { readonly do: 'listen'; readonly address: string }
  | { readonly do: 'open'; readonly peer: string; readonly protocol: string }
  | { readonly do: 'write'; readonly stream: number; readonly bytes: number }
  | { readonly do: 'end' | 'reset'; readonly stream: number }
  | { readonly do: 'stop' }

/** The first line of an agent. */
export interface AgentReady {
  readonly event: 'ready'
  readonly agent: typeof AGENT_FORMAT
  readonly peerId: string
  readonly addresses: readonly string[]
}

export interface AgentDone {
  readonly id: number
  readonly ok: true
  /** Of `listen`: the new ones. */
  readonly addresses?: readonly string[]
  /** Of `open`: its number. */
  readonly stream?: number
}

export interface AgentRefusal {
  readonly id: number
  readonly ok: false
  /** `unsupported`: it has no such command. `failed`: it has, and it did not work. */
  readonly code: 'unsupported' | 'failed'
  readonly message: string
}

export type AgentLine = AgentReady | AgentDone | AgentRefusal

/** What an agent does wrong, by what is to be told of it. */
export type AgentFault = Extract<TesterErrorCode, 'refused' | 'closed' | 'timeout' | 'malformed'>

/** A line of an agent; in words what is wrong with it, where it is none. */
export function readAgentLine(line: string): AgentLine | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'is no JSON'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no object'
  const fields = value as Readonly<Record<string, unknown>> // checked to be an object that is no list
  return 'event' in fields ? readReady(fields) : readAnswer(fields)
}

function readReady({ event, agent, peerId, addresses }: Readonly<Record<string, unknown>>): AgentReady | string {
  if (event !== 'ready') return 'has an event that is not "ready"'
  if (agent !== AGENT_FORMAT) return `speaks another format than ${AGENT_FORMAT}`
  if (typeof peerId !== 'string' || peerId === '') return 'names no peerId'
  if (!isAddresses(addresses)) return 'names no addresses'
  return { event, agent, peerId, addresses }
}

function readAnswer({ id, ok, ...rest }: Readonly<Record<string, unknown>>): AgentDone | AgentRefusal | string {
  if (!isNumber(id)) return 'has no id'
  const { addresses, stream, code, message } = rest
  if (ok === true) {
    if (addresses !== undefined && !isAddresses(addresses)) return 'has addresses that are none'
    if (stream !== undefined && !isNumber(stream)) return 'has a stream that is no number'
    return { id, ok, ...(addresses === undefined ? {} : { addresses }), ...(stream === undefined ? {} : { stream }) }
  }
  if (ok !== false) return 'does not say whether it is ok'
  if (code !== 'unsupported' && code !== 'failed') return 'has no code that is known'
  return typeof message === 'string' ? { id, ok, code, message } : 'has no message'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** At least one, since nobody could be met otherwise. */
function isAddresses(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
}
