import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { limits } from '@p2pspec/generated/common/limits'
import { fromSystemError } from '../../tcp/system-error.ts'
import type { QuicEnd } from '../quic-library.ts'
import type { LinkCarrier, QuicheLink } from './quiche-link.ts'

/** Of the ids that this side gives its connections. */
export const idBytes = 20

export interface SocketOwner {
  /** A packet that belongs to no connection. */
  onStray(socket: QuicheSocket, packet: Uint8Array, from: QuicEnd): void
  /** Nobody uses it any more. */
  onUnused(socket: QuicheSocket): void
}

/** One UDP socket and the connections on it, told apart by the ids in their packets: listeners and dials may share it. */
export class QuicheSocket implements LinkCarrier {
  readonly local: QuicEnd
  isListening = false
  readonly #socket: Socket
  readonly #owner: SocketOwner
  readonly #links = new Map<string, QuicheLink>()
  #closed: Promise<void> | undefined
  #isClosing = false
  #isGone = false
  readonly #idsOf = new Map<QuicheLink, string[]>()

  private constructor(socket: Socket, host: string, owner: SocketOwner) {
    this.#socket = socket
    this.#owner = owner
    this.local = { host, port: socket.address().port }
    socket.on('message', this.#onPacket)
    // Errors of a socket that stands (an ICMP message, a full buffer) concern a packet, and QUIC sends it again.
    socket.on('error', () => undefined)
  }

  static async bind(at: QuicEnd, owner: SocketOwner): Promise<QuicheSocket> {
    const isSix = at.host.includes(':')
    const bytes = limits.quic.socketBufferBytes
    const socket = createSocket({
      type: isSix ? 'udp6' : 'udp4',
      ipv6Only: isSix,
      recvBufferSize: bytes,
      sendBufferSize: bytes,
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close()
        reject(fromSystemError(error, `Binding ${at.host} port ${at.port} failed`))
      })
      socket.bind(at.port, at.host, () => {
        socket.removeAllListeners('error')
        resolve()
      })
    })
    return new QuicheSocket(socket, at.host, owner)
  }

  get linkCount(): number {
    return this.#idsOf.size
  }

  /** Packets with one of these ids are the connection's. */
  add(link: QuicheLink, ids: readonly Uint8Array[]): void {
    const keys = ids.map(keyOf)
    this.#idsOf.set(link, keys)
    for (const key of keys) this.#links.set(key, link)
  }

  linkOver(link: QuicheLink): void {
    for (const key of this.#idsOf.get(link) ?? []) this.#links.delete(key)
    this.#idsOf.delete(link)
    if (!this.#isClosing && this.linkCount === 0 && !this.isListening) this.#owner.onUnused(this)
  }

  send(packet: Uint8Array, { host, port }: QuicEnd): void {
    if (!this.#isGone) this.#socket.send(packet, port, host, ignore)
  }

  /** Ends every connection on it, and unbinds it. */
  close(): Promise<void> {
    return (this.#closed ??= this.#closeNow())
  }

  #closeNow(): Promise<void> {
    this.#isClosing = true
    for (const link of this.#idsOf.keys()) {
      link.abandon()
      // What a connection says at last leaves before its socket goes.
      link.onTurnEnd()
    }
    this.#idsOf.clear()
    this.#links.clear()
    this.#isGone = true
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }

  readonly #onPacket = (packet: Uint8Array, { address, port }: RemoteInfo): void => {
    const from = { host: address, port }
    const link = this.#links.get(destinationOf(packet))
    if (link === undefined) this.#owner.onStray(this, packet, from)
    else link.receive(packet, from)
  }
}

function ignore(): void {
  // A packet that did not leave is a packet that was lost.
}

function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1')
}

/** The connection id that a packet is for: of its own length in a long header, of this side's length in a short one. */
function destinationOf(packet: Uint8Array): string {
  const isLong = ((packet[0] ?? 0) & 0x80) !== 0
  const start = isLong ? 6 : 1
  const length = isLong ? (packet[5] ?? 0) : idBytes
  return keyOf(packet.subarray(start, start + length))
}
