import type { Wire } from '../tester/connection.ts'
import { QuicWire } from '../tester/quic-wire.ts'
import { SocketListener } from '../tester/socket.ts'
import type { TransportName } from './subject.ts'

/** Where the suite waits for one dial of a subject. */
export interface MeetingPoint {
  /** Without a peer id. */
  readonly address: string
  /** The connection that came or comes; null where none comes in time. */
  accept(waitMs: number): Promise<Wire | null>
  close(): void
}

export async function openMeetingPoint(transport: TransportName, host: string): Promise<MeetingPoint> {
  if (transport === 'tcp') {
    const listener = await SocketListener.open(host)
    return {
      address: `/ip4/${host}/tcp/${listener.endpoint.port}`,
      accept: (waitMs) => listener.accept(waitMs),
      close: () => listener.close(),
    }
  }
  const wire = await QuicWire.listen(host)
  return {
    address: `/ip4/${host}/udp/${wire.local.port}/quic-v1`,
    accept: async (waitMs) => ((await wire.greeted(waitMs)) ? wire : null),
    close: () => wire.destroy(),
  }
}
