import { connect, type Socket } from 'node:net'
import { MatrixError } from './matrix-error.ts'

/** What peers leave in Redis is short; more than this is no address. */
const replyBytesMax = 64 * 1024

/** The few words of the Redis protocol that the matrix itself says: what one peer tells the other is read and passed on. */
export class RedisConnection implements AsyncDisposable {
  readonly #socket: Socket
  readonly #waiting: ((reply: string | null | Error) => void)[] = []
  #buffered = ''
  #failure: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#onText(text))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new MatrixError('no-redis', 'Redis closed the connection')))
  }

  static async open(host: string, port: number, signal?: AbortSignal): Promise<RedisConnection> {
    const socket = connect({ host, port, ...(signal === undefined ? {} : { signal }) })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new RedisConnection(socket)
  }

  async get(key: string): Promise<string | null> {
    return await this.#ask('GET', key)
  }

  async set(key: string, value: string): Promise<void> {
    await this.#ask('SET', key, value)
  }

  /** The first entry of a list, taken out of it. */
  async shift(list: string): Promise<string | null> {
    return await this.#ask('LPOP', list)
  }

  async push(list: string, value: string): Promise<void> {
    await this.#ask('RPUSH', list, value)
  }

  async ping(): Promise<void> {
    await this.#ask('PING')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    await Promise.resolve()
  }

  async #ask(...words: readonly string[]): Promise<string | null> {
    if (this.#failure !== undefined) throw this.#failure
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
    const reply = await new Promise<string | null | Error>((resolve) => {
      this.#waiting.push(resolve)
      this.#socket.write(`*${words.length}\r\n${parts.join('')}`)
    })
    if (reply instanceof Error) throw reply
    return reply
  }

  #onText(text: string): void {
    this.#buffered += text
    for (;;) {
      const parsed = parseReply(this.#buffered)
      if (parsed === 'more') {
        if (this.#buffered.length > replyBytesMax) this.#fail(badReply('is longer than any address'))
        return
      }
      if (parsed instanceof Error) {
        this.#fail(parsed)
        return
      }
      this.#buffered = this.#buffered.slice(parsed.length)
      this.#waiting.shift()?.(parsed.value)
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#socket.destroy()
    for (const resolve of this.#waiting.splice(0)) resolve(this.#failure)
  }
}

interface Reply {
  readonly value: string | null | Error
  readonly length: number
}

/** One reply at the start of the text: `more` where it is not all there, an error where it is none. Text is latin1: a character a byte. */
export function parseReply(text: string): Reply | 'more' | Error {
  const end = text.indexOf('\r\n')
  if (end === -1) return 'more'
  const line = text.slice(1, end)
  switch (text[0]) {
    case '+':
    case ':':
      return { value: line, length: end + 2 }
    case '-':
      return { value: badReply(`says: ${line}`), length: end + 2 }
    case '$': {
      if (line === '-1') return { value: null, length: end + 2 }
      const size = Number(line)
      if (!/^\d+$/.test(line) || size > replyBytesMax) return badReply(`announces ${line} bytes`)
      if (text.length < end + 4 + size) return 'more'
      const value = Buffer.from(text.slice(end + 2, end + 2 + size), 'latin1').toString()
      return { value, length: end + 4 + size }
    }
    default:
      return badReply(`begins with ${JSON.stringify(text.slice(0, 1))}`)
  }
}

function badReply(what: string): MatrixError {
  return new MatrixError('bad-reply', `a reply of Redis ${what}`)
}
