import { limits } from '@p2pspec/generated/common/limits'
import type { ConnectionScope } from './connection-scope.ts'
import type { Holder, ResourceName } from './scope-limits.ts'
import type { Scope } from './scope.ts'

interface Census {
  readonly transient: Scope
  readonly peers: Iterable<Scope>
  readonly connections: Iterable<ConnectionScope>
}

/** Who holds most of a scope: peers of the node, hosts of what is not proven, protocols of a peer or a connection, peers of a protocol. */
export function biggestHolders(census: Census, scope: Scope, resource: ResourceName): readonly Holder[] {
  const held = new Map<string, number>()
  const add = (name: string, used: number): void => {
    if (used > 0) held.set(name, (held.get(name) ?? 0) + used)
  }
  if (scope.kind === 'system') {
    add(census.transient.name, census.transient.used(resource))
    for (const peer of census.peers) add(peer.name, peer.used(resource))
  } else {
    for (const connection of census.connections) addConnection(add, connection, scope, resource)
  }
  return [...held]
    .map(([name, used]) => ({ name, used }))
    .sort((left, right) => right.used - left.used)
    .slice(0, limits.resources.holdersListed)
}

function addConnection(
  add: (name: string, used: number) => void,
  connection: ConnectionScope,
  scope: Scope,
  resource: ResourceName,
): void {
  const { own, peer } = connection
  if (scope.kind === 'transient') {
    if (peer === undefined) add(hostOf(own.name), own.used(resource))
    return
  }
  if (scope.kind === 'peer' && (peer !== scope.name || resource.toLowerCase().includes('connections'))) {
    if (peer === scope.name) add(own.name, own.used(resource))
    return
  }
  if (scope.kind === 'connection' && own !== scope) return
  for (let stream = connection.streams; stream !== undefined; stream = stream.next) {
    if (scope.kind === 'protocol' && stream.protocol !== scope.name) continue
    const name = scope.kind === 'protocol' ? (peer ?? own.name) : (stream.protocol ?? 'streams under negotiation')
    add(name, resource === 'bytes' ? stream.bytes : 1)
  }
}

/** `/ip4/192.0.2.1/tcp/4001` → `/ip4/192.0.2.1`: many connections of one host are one holder. */
function hostOf(address: string): string {
  return address.split('/').slice(0, 3).join('/')
}
