import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import type { Channel } from './channel.ts'
import { Inbox } from './inbox.ts'
import { TesterError } from './tester-error.ts'
import type { Transcript } from './transcript.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** A raw TCP connection. */
export class SocketChannel implements Channel {
  readonly layer = 'transport'
  readonly inbox = new Inbox()
  readonly #socket: Socket
  #transcript: Transcript | null
  /** Bytes that came before somebody said where they are recorded. */
  #unrecorded: Uint8Array[] = []

  constructor(socket: Socket, transcript: Transcript | null) {
    this.#socket = socket
    this.#transcript = transcript
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)
      if (this.#transcript === null) this.#unrecorded.push(bytes)
      else this.#transcript.received('transport', bytes)
      this.inbox.push(bytes)
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
    this.#transcript?.sent('transport', bytes)
    this.#socket.write(bytes)
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
