import { limits } from '@p2pspec/generated/common/limits'

/** What a scope counts and bounds. */
export type ResourceName =
  | 'connections'
  | 'inboundConnections'
  | 'outboundConnections'
  | 'streams'
  | 'inboundStreams'
  | 'outboundStreams'
  | 'bytes'

/** The most of each resource that a scope holds; `Infinity` bounds nothing. */
export type ScopeLimits = Readonly<Record<ResourceName, number>>

/** From the widest to the narrowest: the node, those whose identity is not proven, one peer, one protocol, one connection, one stream. */
export type ScopeKind = 'system' | 'transient' | 'peer' | 'protocol' | 'connection' | 'stream'

/** Who holds a part of a budget. */
export interface Holder {
  readonly name: string
  readonly used: number
}

/** Why something was refused. */
export interface Refusal {
  readonly scope: ScopeKind
  readonly name: string
  readonly resource: ResourceName
  readonly limit: number
  readonly used: number
  /** The biggest first; at most a second old. */
  readonly holders: readonly Holder[]
}

export type ResourceLimits = Readonly<Record<ScopeKind, ScopeLimits>>

/** Own figures for single budgets; what is left out follows from the machine's memory. */
export type ResourceLimitOptions = { readonly [Kind in ScopeKind]?: Partial<ScopeLimits> } & {
  /** Memory that counts as the machine's, in bytes. */
  readonly memoryBytes?: number
}

const unlimited: ScopeLimits = {
  connections: Infinity,
  inboundConnections: Infinity,
  outboundConnections: Infinity,
  streams: Infinity,
  inboundStreams: Infinity,
  outboundStreams: Infinity,
  bytes: Infinity,
}

const gibibyte = 1_073_741_824

/** The budgets of a node on a machine with so much memory. */
export function scaleResourceLimits(memoryBytes: number, own: ResourceLimitOptions = {}): ResourceLimits {
  const gibibytes = ((own.memoryBytes ?? memoryBytes) * limits.resources.memoryShare) / gibibyte
  const scale = (base: number, perGibibyte: number): number => Math.floor(base + perGibibyte * gibibytes)
  const figures = limits.resources
  return {
    system: {
      connections: scale(figures.systemConnections, figures.systemConnectionsPerGibibyte),
      inboundConnections: scale(figures.systemInboundConnections, figures.systemInboundConnectionsPerGibibyte),
      outboundConnections: scale(figures.systemOutboundConnections, figures.systemOutboundConnectionsPerGibibyte),
      streams: scale(figures.systemStreams, figures.systemStreamsPerGibibyte),
      inboundStreams: scale(figures.systemInboundStreams, figures.systemInboundStreamsPerGibibyte),
      outboundStreams: scale(figures.systemOutboundStreams, figures.systemOutboundStreamsPerGibibyte),
      bytes: scale(figures.systemBytes, figures.systemBytesPerGibibyte),
      ...own.system,
    },
    transient: {
      ...unlimited,
      inboundConnections: scale(figures.transientInboundConnections, figures.transientInboundConnectionsPerGibibyte),
      outboundConnections: scale(figures.transientOutboundConnections, figures.transientOutboundConnectionsPerGibibyte),
      bytes: scale(figures.transientBytes, figures.transientBytesPerGibibyte),
      ...own.transient,
    },
    peer: {
      ...unlimited,
      connections: figures.peerConnections,
      streams: figures.peerStreams,
      inboundStreams: figures.peerInboundStreams,
      outboundStreams: figures.peerOutboundStreams,
      bytes: scale(figures.peerBytes, figures.peerBytesPerGibibyte),
      ...own.peer,
    },
    protocol: {
      ...unlimited,
      streams: scale(figures.protocolStreams, figures.protocolStreamsPerGibibyte),
      bytes: scale(figures.protocolBytes, figures.protocolBytesPerGibibyte),
      ...own.protocol,
    },
    connection: {
      ...unlimited,
      streams: figures.connectionStreams,
      bytes: scale(figures.connectionBytes, figures.connectionBytesPerGibibyte),
      ...own.connection,
    },
    stream: { ...unlimited, bytes: figures.streamBytes, ...own.stream },
  }
}
