import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const retryMs = 100
const maxReplyBytes = 64 * 1024

/** A reply of Redis, as far as the contract's four commands have one. */
type Reply = string | null | readonly Reply[]

/** The four commands of the contract on one connection to Redis. */
export class Redis implements Disposable {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Connects, again and again until the signal says that it is enough: Redis may start later than this node. */
  static async connect(address: { readonly host: string; readonly port: number }, signal: AbortSignal): Promise<Redis> {
    for (;;) {
      const socket = connect(address)
      try {
        await once(socket, 'connect', { signal })
        return new Redis(socket)
      } catch (error) {
        socket.destroy()
        if (signal.aborted) throw new Error(`no Redis at ${address.host}:${address.port}`, { cause: error })
        await wait(retryMs, undefined, { signal }).catch(() => {})
      }
    }
  }

  async set(key: string, value: string): Promise<void> {
    await this.#ask(['SET', key, value])
  }

  async push(list: string, value: string): Promise<void> {
    await this.#ask(['RPUSH', list, value])
  }

  /** The value of a key, once it has one. */
  async poll(key: string, signal: AbortSignal): Promise<string> {
    for (;;) {
      const reply = await this.#ask(['GET', key], signal)
      if (typeof reply === 'string' && reply !== '') return reply
      await wait(retryMs, undefined, { signal })
    }
  }

  /** Takes the first element of a list, once there is one. */
  async take(list: string, signal: AbortSignal): Promise<string> {
    const reply = await this.#ask(['BLPOP', list, '0'], signal)
    const value = Array.isArray(reply) ? reply[1] : undefined
    if (typeof value !== 'string') throw new Error(`Redis had no element of ${list}`)
    return value
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  async #ask(words: readonly string[], signal?: AbortSignal): Promise<Reply> {
    this.#socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`)
    let received = Buffer.alloc(0)
    for (;;) {
      const [chunk] = (await once(this.#socket, 'data', { signal })) as [Buffer] // a socket without encoding gives buffers
      received = Buffer.concat([received, chunk])
      const parsed = parseReply(received.toString('latin1'), 0)
      if (parsed !== undefined) return parsed.reply
      if (received.byteLength > maxReplyBytes) throw new Error('Redis sent more than any reply here can be')
    }
  }
}

/** One reply at `at`; undefined: it is not complete. Throws what Redis calls an error. */
export function parseReply(text: string, at: number): { readonly reply: Reply; readonly end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', at)
  if (lineEnd < 0) return undefined
  const line = text.slice(at + 1, lineEnd)
  const after = lineEnd + 2
  switch (text[at]) {
    case '+':
    case ':':
      return { reply: line, end: after }
    case '-':
      throw new Error(`Redis answered: ${line}`)
    case '$': {
      const size = countOf(line)
      if (size < 0) return { reply: null, end: after }
      if (text.length < after + size + 2) return undefined
      return { reply: text.slice(after, after + size), end: after + size + 2 }
    }
    case '*': {
      const replies: Reply[] = []
      let end = after
      for (let left = countOf(line); left > 0; left--) {
        const parsed = parseReply(text, end)
        if (parsed === undefined) return undefined
        replies.push(parsed.reply)
        end = parsed.end
      }
      return { reply: replies, end }
    }
    default:
      throw new Error('what answered is no Redis')
  }
}

function countOf(line: string): number {
  const count = Number(line)
  if (!Number.isInteger(count) || count < -1 || count > maxReplyBytes) throw new Error('what answered is no Redis')
  return count
}
