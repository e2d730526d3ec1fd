import { multiaddr } from '@multiformats/multiaddr'
import { tcp } from '@p2pspec/runtime/swarm/transports/tcp/tcp'
import type { TransportSubject } from './suite.ts'

const tcpForeign = ['/ip4/127.0.0.1/udp/1', '/ip4/127.0.0.1/tcp/1/ws', '/memory/1', '/dns/example.com'].map((text) =>
  multiaddr(text),
)

/** The transports that every check runs on. */
export const transportSubjects: Readonly<Record<string, () => Promise<TransportSubject>>> = {
  tcp: async () => ({
    transport: tcp(),
    listenAddresses: [multiaddr('/ip4/127.0.0.1/tcp/0'), multiaddr('/ip6/::1/tcp/0')],
    absentAddress: multiaddr('/ip4/127.0.0.1/tcp/1'),
    absentCodes: ['refused'],
    foreignAddresses: tcpForeign,
    halfOpen: true,
    openCount: socketCount(),
  }),
}

/** Sockets and servers that are open now and were not when this was called. */
function socketCount(): () => number {
  const count = (): number =>
    process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Pipe|ConnectWrap/.test(name)).length
  const before = count()
  return () => Math.max(0, count() - before)
}
