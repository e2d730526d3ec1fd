import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** A way between two UDP sockets that can lose packets. For tests. */
export class UdpRelay {
  readonly port: number
  /** Asked of each packet: whether it goes through. */
  lets: (fromDialler: boolean) => boolean = () => true
  readonly #front: Socket
  readonly #backs = new Map<string, Socket>()

  private constructor(front: Socket, targetPort: number) {
    this.#front = front
    this.port = front.address().port
    front.on('message', (packet, from) => {
      if (this.lets(true)) this.#backOf(from, targetPort).send(packet, targetPort, '127.0.0.1')
    })
  }

  static async to(targetPort: number): Promise<UdpRelay> {
    const front = createSocket('udp4')
    front.bind(0, '127.0.0.1')
    await once(front, 'listening')
    return new UdpRelay(front, targetPort)
  }

  get address(): string {
    return `/ip4/127.0.0.1/udp/${this.port}/quic-v1`
  }

  close(): void {
    this.#front.close()
    for (const back of this.#backs.values()) back.close()
  }

  /** Each dialling socket gets one of its own, so that answers find back. */
  #backOf(from: RemoteInfo, targetPort: number): Socket {
    const key = `${from.address} ${from.port} ${targetPort}`
    let back = this.#backs.get(key)
    if (back === undefined) {
      back = createSocket('udp4')
      back.on('message', (packet) => {
        if (this.lets(false)) this.#front.send(packet, from.port, from.address)
      })
      back.on('error', () => undefined)
      this.#backs.set(key, back)
    }
    return back
  }
}
