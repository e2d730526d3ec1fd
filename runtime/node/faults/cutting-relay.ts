// A way between two nodes that is cut when it is told to be. For tests.
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { once } from 'node:events'

export type Side = 'dialer' | 'listener'

/** `reset`: both ends see a reset. `end`: both see the end. `silence`: both stand, and nothing comes any more. */
export type Manner = 'reset' | 'end' | 'silence'

/** After so many bytes of this side, nothing more goes through. */
export interface Cut {
  readonly of: Side
  readonly afterBytes: number
  readonly manner: Manner
}

/** Where one packet of an upgrade ended. */
export interface Boundary {
  readonly of: Side
  readonly bytes: number
}

/** Forwards TCP, or sockets in the file system, and cuts what goes through. */
export class CuttingRelay implements AsyncDisposable {
  cut: Cut | undefined
  /** The ends of all packets since the last look. */
  boundaries: Boundary[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isSilent = false

  private constructor(server: Server) {
    this.#server = server
  }

  static async to(target: NetConnectOpts, path?: string): Promise<CuttingRelay> {
    const server = createServer({ allowHalfOpen: true })
    const relay = new CuttingRelay(server)
    server.on('connection', (front) => relay.#join(front, connect({ ...target, allowHalfOpen: true })))
    if (path === undefined) server.listen(0, '127.0.0.1')
    else server.listen(path)
    await once(server, 'listening')
    return relay
  }

  /** From here on nothing goes through any more, and nothing says so. */
  silence(): void {
    this.#isSilent = true
  }

  get port(): number {
    // Asked for relays over TCP alone, which have an address object.
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  #join(front: Socket, back: Socket): void {
    const both = [front, back]
    const cut = this.cut
    let isCut = false
    const kill = (manner: Manner): void => {
      isCut = true
      for (const socket of both) {
        if (manner === 'end') socket.end()
        // A socket in the file system knows no reset.
        else if (manner === 'reset' && socket.remotePort === undefined) socket.destroy()
        else if (manner === 'reset') socket.resetAndDestroy()
      }
    }
    const forward = (of: Side, from: Socket, to: Socket): void => {
      let bytes = 0
      this.#sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => {
        this.#sockets.delete(from)
        if (!isCut) to.destroy()
      })
      from.on('end', () => {
        if (!isCut) to.end()
        // Whoever hears nothing has given up: the other end need not wait any longer either.
        else if (cut?.manner === 'silence') for (const socket of both) socket.destroy()
      })
      from.on('data', (chunk) => {
        if (isCut || this.#isSilent) return
        const room = cut?.of === of ? cut.afterBytes - bytes : Infinity
        bytes += chunk.byteLength
        this.boundaries.push({ of, bytes })
        if (room > 0) to.write(chunk.subarray(0, Math.min(room, chunk.byteLength)))
        if (cut !== undefined && chunk.byteLength >= room) kill(cut.manner)
      })
    }
    forward('dialer', front, back)
    forward('listener', back, front)
    if (cut?.afterBytes === 0) back.once('connect', () => kill(cut.manner))
  }
}
