/** What every event has. `connection` numbers the raw connections of one node, whether or not they came through their upgrade. */
interface Occurrence {
  /** Milliseconds since 1970. */
  readonly timeMs: number
}

interface OnConnection extends Occurrence {
  readonly connection: number
}

/** What went wrong: the code of the error, where it has one, and its message. */
export interface Fault {
  readonly code?: string
  readonly message: string
}

export type Direction = 'inbound' | 'outbound'

/** What a negotiation was about. */
export type Subject = 'security' | 'muxer' | 'stream'

export type TransportTrace =
  | (Occurrence & {
      readonly layer: 'transport'
      readonly type: 'listening'
      readonly transport: string
      readonly address: string
    })
  | (OnConnection & {
      readonly layer: 'transport'
      readonly type: 'dialling'
      readonly transport: string
      readonly address: string
    })
  | (OnConnection & {
      readonly layer: 'transport'
      readonly type: 'connected'
      readonly transport: string
      readonly direction: Direction
      readonly address: string
      readonly durationMs: number
    })
  | (OnConnection & {
      readonly layer: 'transport'
      readonly type: 'failed'
      readonly transport: string
      readonly address: string
      readonly durationMs: number
      readonly fault: Fault
    })
  | (OnConnection & {
      readonly layer: 'transport'
      readonly type: 'closed'
      readonly direction: Direction
      readonly durationMs: number
      readonly receivedBytes: number
      readonly sentBytes: number
      readonly fault?: Fault
    })

export type SecurityTrace =
  | (OnConnection & {
      readonly layer: 'security'
      readonly type: 'secured'
      readonly direction: Direction
      readonly protocol: string
      readonly peer: string
      readonly durationMs: number
    })
  | (OnConnection & {
      readonly layer: 'security'
      readonly type: 'failed'
      readonly direction: Direction
      readonly protocol: string
      readonly durationMs: number
      readonly fault: Fault
    })

export type NegotiationTrace =
  | (OnConnection & {
      readonly layer: 'negotiation'
      readonly type: 'agreed'
      readonly subject: Subject
      readonly direction: Direction
      readonly protocol: string
      readonly stream?: number
      /** The muxer was agreed inside the security handshake. */
      readonly early?: boolean
    })
  | (OnConnection & {
      readonly layer: 'negotiation'
      readonly type: 'failed'
      readonly subject: Subject
      readonly direction: Direction
      readonly stream?: number
      readonly fault: Fault
    })

export type MuxerTrace =
  | (OnConnection & {
      readonly layer: 'muxer'
      readonly type: 'started'
      readonly direction: Direction
      readonly protocol: string
    })
  | (OnConnection & {
      readonly layer: 'muxer'
      readonly type: 'stream-opened'
      readonly direction: Direction
      readonly stream: number
    })
  | (OnConnection & {
      readonly layer: 'muxer'
      readonly type: 'stream-closed'
      readonly direction: Direction
      readonly stream: number
      /** Empty where none was agreed. */
      readonly protocol: string
      readonly reset: boolean
    })
  | (OnConnection & {
      readonly layer: 'muxer'
      readonly type: 'dropped'
      readonly direction: Direction
      /** That came and could not be kept. */
      readonly inbound: number
      /** Of this side, that could not leave. */
      readonly outbound: number
    })
  | (OnConnection & {
      readonly layer: 'muxer'
      readonly type: 'ended'
      readonly direction: Direction
      readonly fault?: Fault
    })

export type ProtocolTrace =
  | (OnConnection & {
      readonly layer: 'protocol'
      readonly type: 'identified'
      readonly peer: string
      readonly agent: string
      readonly protocols: number
    })
  | (OnConnection & {
      readonly layer: 'protocol'
      readonly type: 'identify-failed'
      readonly peer: string
      readonly fault: Fault
    })
  | (OnConnection & {
      readonly layer: 'protocol'
      readonly type: 'handler-failed'
      readonly peer: string
      readonly protocol: string
      readonly fault: Fault
    })

export type StoreTrace = Occurrence & {
  readonly layer: 'store'
  readonly type: 'fault'
  readonly fault: Fault
}

/** One thing that happened in one layer of a node. Plain data: `JSON.stringify` makes it a line of a trace file. */
export type TraceEvent = TransportTrace | SecurityTrace | NegotiationTrace | MuxerTrace | ProtocolTrace | StoreTrace

/** Called in the turn in which it happens: be quick, and do not throw. */
export type Trace = (event: TraceEvent) => void

export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { message: String(error) }
  return 'code' in error && typeof error.code === 'string'
    ? { code: error.code, message: error.message }
    : { message: error.message }
}
