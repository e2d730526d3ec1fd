import type { ResourceName, ScopeKind, ScopeLimits } from './scope-limits.ts'
import type { Resources } from './resources.ts'
import type { Scope } from './scope.ts'

/** One scope as it is now. */
export interface ScopeView {
  readonly kind: ScopeKind
  readonly name: string
  readonly used: Readonly<Record<ResourceName, number>>
  readonly limits: ScopeLimits
}

export interface ConnectionView extends ScopeView {
  readonly direction: 'inbound' | 'outbound'
  /** Undefined while the identity is not proven. */
  readonly peer: string | undefined
}

/** What a node holds for whom: plain data, a copy of the moment. */
export interface ResourcesView {
  readonly system: ScopeView
  readonly transient: ScopeView
  readonly peers: readonly ScopeView[]
  readonly protocols: readonly ScopeView[]
  readonly connections: readonly ConnectionView[]
}

const names: readonly ResourceName[] = [
  'connections',
  'inboundConnections',
  'outboundConnections',
  'streams',
  'inboundStreams',
  'outboundStreams',
  'bytes',
]

export function viewResources(resources: Resources): ResourcesView {
  return {
    system: viewScope(resources.system),
    transient: viewScope(resources.transient),
    peers: Array.from(resources.peers, viewScope),
    protocols: Array.from(resources.protocols, viewScope).filter(({ used }) => used.streams > 0),
    connections: Array.from(resources.connections, ({ direction, own, peer }) => ({
      ...viewScope(own),
      direction,
      peer,
    })),
  }
}

/** A table for people: the node's budgets, and the biggest peers and protocols. */
export function formatResources(view: ResourcesView, options: { readonly top?: number } = {}): string {
  const { top = 5 } = options
  const lines = [
    line('', 'connections (in + out)', 'streams (in + out)', 'bytes'),
    row(view.system),
    row(view.transient),
  ]
  lines.push('', `peers: ${view.peers.length}`, ...biggest(view.peers, top).map(row))
  lines.push('', `protocols: ${view.protocols.length}`, ...biggest(view.protocols, top).map(row))
  return lines.map((text) => text.trimEnd()).join('\n')
}

function viewScope(scope: Scope): ScopeView {
  const used: Record<ResourceName, number> = {
    connections: 0,
    inboundConnections: 0,
    outboundConnections: 0,
    streams: 0,
    inboundStreams: 0,
    outboundStreams: 0,
    bytes: 0,
  }
  for (const name of names) used[name] = scope.used(name)
  return { kind: scope.kind, name: scope.name, used, limits: scope.limits }
}

function biggest(views: readonly ScopeView[], top: number): readonly ScopeView[] {
  return [...views]
    .sort((left, right) => right.used.bytes - left.used.bytes || right.used.streams - left.used.streams)
    .slice(0, top)
}

function row({ kind, name, used, limits }: ScopeView): string {
  return line(
    kind === 'system' || kind === 'transient' ? kind : name,
    `${of(used.connections, Math.min(limits.connections, limits.inboundConnections + limits.outboundConnections))} (${used.inboundConnections} + ${used.outboundConnections})`,
    `${of(used.streams, limits.streams)} (${used.inboundStreams} + ${used.outboundStreams})`,
    `${mebibytes(used.bytes)} of ${mebibytes(limits.bytes)}`,
  )
}

function line(name: string, ...columns: readonly string[]): string {
  return [name.padEnd(54), ...columns.map((column) => column.padEnd(30))].join('')
}

function of(used: number, limit: number): string {
  return limit === Infinity ? String(used) : `${used} of ${limit}`
}

function mebibytes(bytes: number): string {
  return bytes === Infinity ? 'any' : `${(bytes / 1_048_576).toFixed(1)} MiB`
}
