import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import type { Channel } from './channel.ts'
import { Inbox } from './inbox.ts'
import { NETWORK_NONCE_LENGTH, NetworkStream } from './network-stream.ts'
import { TesterError } from './tester-error.ts'
import type { Transcript } from './transcript.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** How the tester enters a private network, where it does not as it should. */
export interface NetworkEntry {
  readonly key: Uint8Array
  /** The tester's own nonce; `sent` where the subject has it already. */
  readonly nonce: Uint8Array
  readonly sent?: boolean
  /** The subject's nonce, where it was read already. */
  readonly theirs?: Uint8Array
  readonly bytewise?: boolean
}

const KEPT_FIRST_BYTES = 128

/** A raw TCP connection. */
export class SocketChannel implements Channel {
  readonly layer = 'transport'
  readonly inbox = new Inbox()
  readonly #socket: Socket
  #transcript: Transcript | null
  /** Bytes that came before somebody said where they are recorded. */
  #unrecorded: Uint8Array[] = []
  /** The key of the private network that the subject is in; null outside of one. */
  networkKey: Uint8Array | null = null
  /** The first bytes of the subject, as they crossed the wire. */
  firstBytes: Uint8Array = new Uint8Array()
  #entry: NetworkEntry | null = null
  #outgoing: NetworkStream | null = null
  #incoming: NetworkStream | null = null
  /** The part of the subject's nonce that has come since the tester entered. */
  #theirs: Uint8Array = new Uint8Array()

  constructor(socket: Socket, transcript: Transcript | null) {
    this.#socket = socket
    this.#transcript = transcript
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)
      if (this.#transcript === null) this.#unrecorded.push(bytes)
      else this.#transcript.received('transport', bytes)
      if (this.firstBytes.length < KEPT_FIRST_BYTES)
        this.firstBytes = new Uint8Array(Buffer.concat([this.firstBytes, bytes]).subarray(0, KEPT_FIRST_BYTES))
      this.#take(bytes)
    })
    socket.on('end', () => {
      this.#transcript?.note('transport', 'the subject half-closed the TCP connection')
      this.inbox.end()
    })
    socket.on('error', (error) => {
      this.#transcript?.note('transport', `the TCP connection broke: ${error.message}`)
      this.inbox.reset()
    })
    socket.on('close', () => {
      if (this.inbox.state === 'open') this.inbox.reset()
    })
  }

  /** Who records from here on; an accepted connection learns it late. */
  recordIn(transcript: Transcript): void {
    this.#transcript = transcript
    for (const bytes of this.#unrecorded) transcript.received('transport', bytes)
    this.#unrecorded = []
  }

  /** The tester speaks under the key of the private network from here on; what came before is read so as well. */
  async enterNetwork(entry: NetworkEntry): Promise<void> {
    if (this.#entry !== null) return
    this.#entry = entry
    this.#transcript?.note('transport', 'from here on under the key of the private network')
    if (entry.theirs !== undefined) this.#incoming = new NetworkStream(entry.key, entry.theirs)
    if (this.inbox.length > 0) this.#take(this.inbox.takeAll())
    if (entry.sent !== true) {
      if (entry.bytewise === true) await this.#writeSlowly(entry.nonce)
      else this.write(entry.nonce)
    }
    this.#outgoing = new NetworkStream(entry.key, entry.nonce)
  }

  /** Byte by byte, each with a moment to travel alone; on a busy machine some meet again on the way. */
  async #writeSlowly(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      this.write(Uint8Array.of(byte))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  get hasEntered(): boolean {
    return this.#entry !== null
  }

  /** The nonce of the subject, once the tester has entered and it has come. */
  get networkNonce(): Uint8Array | null {
    return this.#incoming === null ? null : (this.#entry?.theirs ?? this.#theirs)
  }

  #take(bytes: Uint8Array): void {
    if (this.#entry === null) {
      this.inbox.push(bytes)
      return
    }
    let rest = bytes
    if (this.#incoming === null) {
      const wanted = NETWORK_NONCE_LENGTH - this.#theirs.length
      this.#theirs = new Uint8Array(Buffer.concat([this.#theirs, rest.subarray(0, wanted)]))
      rest = rest.subarray(wanted)
      if (this.#theirs.length < NETWORK_NONCE_LENGTH) return
      this.#incoming = new NetworkStream(this.#entry.key, this.#theirs)
    }
    if (rest.length === 0) return
    this.inbox.push(this.#incoming.apply(rest))
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort
  }

  get localPort(): number | undefined {
    return this.#socket.localPort
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress
  }

  write(bytes: Uint8Array): void {
    if (!this.#socket.writable) return
    const wire = this.#outgoing === null ? bytes : this.#outgoing.apply(bytes)
    this.#transcript?.sent('transport', wire)
    this.#socket.write(wire)
  }

  end(): void {
    if (this.#socket.writable) this.#socket.end()
  }

  reset(): void {
    this.#socket.resetAndDestroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

export function dialSocket(endpoint: Endpoint, transcript: Transcript, waitMs: number): Promise<SocketChannel> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: endpoint.host, port: endpoint.port, allowHalfOpen: true })
    const timer = setTimeout(() => {
      socket.destroy()
      reject(
        new TesterError(
          'timeout',
          'transport',
          `${endpoint.host}:${endpoint.port} took no TCP connection within ${waitMs} ms`,
        ),
      )
    }, waitMs)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', refused)
      resolve(new SocketChannel(socket, transcript))
    })
    const refused = (error: Error): void => {
      clearTimeout(timer)
      reject(
        new TesterError(
          'refused',
          'transport',
          `${endpoint.host}:${endpoint.port} refused the TCP connection: ${error.message}`,
          { cause: error },
        ),
      )
    }
    socket.once('error', refused)
  })
}

/** A listening TCP socket whose accepted connections wait until they are asked for. */
export class SocketListener {
  readonly endpoint: Endpoint
  readonly #server: Server
  readonly #accepted: SocketChannel[] = []
  readonly #all = new Set<SocketChannel>()
  #waiting: ((channel: SocketChannel | null) => void)[] = []

  private constructor(server: Server, endpoint: Endpoint) {
    this.#server = server
    this.endpoint = endpoint
    server.on('connection', (socket) => {
      const channel = new SocketChannel(socket, null)
      this.#all.add(channel)
      const waiter = this.#waiting.shift()
      if (waiter === undefined) this.#accepted.push(channel)
      else waiter(channel)
    })
  }

  static open(host: string): Promise<SocketListener> {
    return new Promise((resolve, reject) => {
      const server = createServer({ allowHalfOpen: true })
      server.once('error', reject)
      server.listen(0, host, () => {
        const address = server.address()
        if (address === null || typeof address === 'string') throw new Error('a TCP server has an address')
        resolve(new SocketListener(server, { host, port: address.port }))
      })
    })
  }

  /** The next connection that came or comes; null where none comes in time. */
  accept(waitMs: number): Promise<SocketChannel | null> {
    const ready = this.#accepted.shift()
    if (ready !== undefined) return Promise.resolve(ready)
    return new Promise((resolve) => {
      const waiter = (channel: SocketChannel | null): void => {
        clearTimeout(timer)
        this.#waiting = this.#waiting.filter((other) => other !== waiter)
        resolve(channel)
      }
      const timer = setTimeout(() => waiter(null), waitMs)
      this.#waiting.push(waiter)
    })
  }

  close(): void {
    this.#server.close()
    for (const waiter of this.#waiting) waiter(null)
    for (const channel of this.#all) channel.destroy()
  }
}
