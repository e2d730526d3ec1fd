import type { SubjectInfo } from '../events.ts'
import { QuicWire } from '../tester/quic-wire.ts'
import { dialSocket } from '../tester/socket.ts'
import type { Endpoint } from '../tester/socket.ts'
import { TesterError } from '../tester/tester-error.ts'
import type { Subject, TransportName } from './subject.ts'

const PARALLEL_DIALS = 20

/** A node that listens: the suite dials it. */
export function listeningSubject(address: string, name: string | null): Subject {
  const { endpoint, peerId, transport } = parseAddress(address)
  const info: SubjectInfo = { name: name ?? 'subject', agent: null, address, peerId, mode: 'listener' }
  return {
    info,
    transport,
    parallel: PARALLEL_DIALS,
    async connect(_keys, transcript, waitMs) {
      const wire =
        transport === 'quic'
          ? await QuicWire.dial(endpoint, transcript)
          : await dialSocket(endpoint, transcript, waitMs)
      const release = async (): Promise<null> => {
        wire.destroy()
        return null
      }
      return { wire, side: 'dialer', startMs: 0, release }
    },
    close: () => Promise.resolve(),
  }
}

/** `/ip4|ip6|dns…/<host>/tcp/<port>[/p2p/<id>]`, or `udp/<port>/quic-v1` in place of TCP. */
export function parseAddress(address: string): {
  readonly endpoint: Endpoint
  readonly peerId: string | null
  readonly transport: TransportName
} {
  const match =
    /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/(tcp\/(\d{1,5})|udp\/(\d{1,5})\/quic-v1)(?:\/p2p\/([A-Za-z0-9]+))?\/?$/.exec(
      address,
    )
  const [, host, , tcpPort, udpPort, peerId] = match ?? []
  const port = tcpPort ?? udpPort
  if (host === undefined || port === undefined || Number(port) > 65535) {
    throw new TesterError(
      'bad-case',
      'transport',
      `${address} is no address of TCP or QUIC; give /ip4/<host>/tcp/<port>/p2p/<peer id> or /ip4/<host>/udp/<port>/quic-v1/p2p/<peer id>`,
    )
  }
  return {
    endpoint: { host, port: Number(port) },
    peerId: peerId ?? null,
    transport: udpPort === undefined ? 'tcp' : 'quic',
  }
}
