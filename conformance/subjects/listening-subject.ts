import type { SubjectInfo } from '../events.ts'
import { dialSocket } from '../tester/socket.ts'
import type { Endpoint } from '../tester/socket.ts'
import { TesterError } from '../tester/tester-error.ts'
import type { Subject } from './subject.ts'

const PARALLEL_DIALS = 20

/** A node that listens: the suite dials it. */
export function listeningSubject(address: string, name: string | null): Subject {
  const { endpoint, peerId } = parseAddress(address)
  const info: SubjectInfo = { name: name ?? 'subject', agent: null, address, peerId, mode: 'listener' }
  return {
    info,
    parallel: PARALLEL_DIALS,
    async connect(_keys, transcript, waitMs) {
      const socket = await dialSocket(endpoint, transcript, waitMs)
      const release = async (): Promise<null> => {
        socket.destroy()
        return null
      }
      return { socket, side: 'dialer', startMs: 0, release }
    },
    close: () => Promise.resolve(),
  }
}

/** `/ip4|ip6|dns…/<host>/tcp/<port>[/p2p/<id>]` */
export function parseAddress(address: string): { readonly endpoint: Endpoint; readonly peerId: string | null } {
  const match = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d{1,5})(?:\/p2p\/([A-Za-z0-9]+))?\/?$/.exec(address)
  const [, host, port, peerId] = match ?? []
  if (host === undefined || port === undefined || Number(port) > 65535) {
    throw new TesterError(
      'bad-case',
      'transport',
      `${address} is no TCP address; give /ip4/<host>/tcp/<port>/p2p/<peer id>`,
    )
  }
  return { endpoint: { host, port: Number(port) }, peerId: peerId ?? null }
}
