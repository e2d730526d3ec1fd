// A name server for tests: answers questions as it is told, true or not.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

export interface Question {
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'TXT' | 'other'
}

export interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'TXT'
  /** The record's data as it goes over the wire. */
  readonly data: Uint8Array
}

/** Records; a failure code of DNS; raw bytes in place of an answer; or nothing at all. */
export type Answer = readonly DnsRecord[] | { readonly code: number } | { readonly raw: Uint8Array } | 'silence'

const types = { A: 1, AAAA: 28, TXT: 16 } as const

export class NameServer implements AsyncDisposable {
  readonly questions: Question[] = []
  readonly #socket: Socket
  readonly #answer: (question: Question, query: Uint8Array) => Answer

  private constructor(socket: Socket, answer: (question: Question, query: Uint8Array) => Answer) {
    this.#socket = socket
    this.#answer = answer
    socket.on('message', (query, { port, address }) => {
      const reply = this.#reply(query)
      if (reply !== undefined) socket.send(reply, port, address)
    })
  }

  static async start(answer: (question: Question, query: Uint8Array) => Answer): Promise<NameServer> {
    const socket = createSocket('udp4')
    const server = new NameServer(socket, answer)
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return server
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  #reply(query: Buffer): Uint8Array | undefined {
    const labels: string[] = []
    let at = 12
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length))
      at += 1 + length
    }
    const number = query.readUInt16BE(at + 1)
    const asked = query.subarray(12, at + 5)
    const type = number === types.A ? 'A' : number === types.AAAA ? 'AAAA' : number === types.TXT ? 'TXT' : 'other'
    const question: Question = { name: labels.join('.').toLowerCase(), type }
    this.questions.push(question)
    const answer = this.#answer(question, query)
    if (answer === 'silence') return undefined
    if ('raw' in answer) return answer.raw
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    const code = 'code' in answer ? answer.code : 0
    const records = 'code' in answer ? [] : answer
    header.writeUInt16BE(0x8180 | code, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(records.length, 6)
    return Buffer.concat([header, asked, ...records.map(encodeRecord)])
  }
}

export function text(value: string): DnsRecord {
  const bytes = Buffer.from(value)
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.subarray(at, at + 255)
    parts.push(Uint8Array.of(part.length), part)
  }
  return { type: 'TXT', data: Buffer.concat(parts) }
}

export function ip4(value: string): DnsRecord {
  return { type: 'A', data: Uint8Array.from(value.split('.').map(Number)) }
}

function encodeRecord({ type, data }: DnsRecord): Uint8Array {
  const head = Buffer.alloc(12)
  // The name is that of the question.
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(types[type], 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(60, 6)
  head.writeUInt16BE(data.byteLength, 10)
  return Buffer.concat([head, data])
}
