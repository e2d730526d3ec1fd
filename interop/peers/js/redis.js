import { once } from 'node:events'
import { connect } from 'node:net'

const retryMs = 100

/** Commands that ask for a list, and those by which an address is left, which ask for nothing; any other asks for a value. */
const asksForList = new Set(
  'BLPOP BRPOP LPOP RPOP BLMPOP LMPOP BLMOVE LMOVE BRPOPLPUSH RPOPLPUSH LRANGE LINDEX LLEN'.split(' '),
)
const asksNothing = new Set('SET RPUSH LPUSH LREM DEL UNLINK EXPIRE'.split(' '))

/** One connection to Redis; tries again and again until the signal says that it is enough: Redis may start later. */
export async function connectRedis(address, signal) {
  const at = address.lastIndexOf(':')
  const [host, port] = [address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), Number(address.slice(at + 1))]
  for (;;) {
    const socket = connect({ host, port })
    try {
      await once(socket, 'connect', { signal })
      return new Redis(socket)
    } catch (error) {
      socket.destroy()
      if (signal.aborted) throw new Error(`no Redis at ${address}`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

class Redis {
  #socket
  #chunks
  #text = ''

  constructor(socket) {
    this.#socket = socket
    this.#chunks = socket[Symbol.asyncIterator]()
  }

  async ask(...words) {
    this.#socket.write(encode(words))
    return await this.#reply()
  }

  /** Gives the value to who is blocked on the list at this moment; where nobody is, nothing stays. */
  async handOver(list, value) {
    // Both leave at once, so that nobody sees the element who does not wait for it already.
    this.#socket.write(encode(['RPUSH', list, value]) + encode(['LREM', list, '1', value]))
    await this.#reply()
    return (await this.#reply()) === '0'
  }

  /** Whether the next command of anybody that asks for this key is one of lists, on a connection that monitors Redis. */
  async isAskedForList(key) {
    const quoted = ` "${key.replaceAll(/[\\"]/g, '\\$&')}"`
    for (;;) {
      // 1700000000.1 [0 127.0.0.1:4000] "GET" "a key"
      const [, name = '', ...rest] = String(await this.#reply()).split('"')
      const command = name.toUpperCase()
      if (rest.join('"').includes(quoted) && !asksNothing.has(command)) return asksForList.has(command)
    }
  }

  close() {
    this.#socket.destroy()
  }

  async #reply() {
    for (;;) {
      const parsed = parseReply(this.#text, 0)
      if (parsed !== undefined) {
        this.#text = this.#text.slice(parsed.end)
        if (parsed.reply instanceof Error) throw parsed.reply
        return parsed.reply
      }
      const { done, value } = await this.#chunks.next()
      if (done) throw new Error('Redis ended the connection')
      this.#text += value.toString('latin1')
    }
  }
}

function encode(words) {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`
}

/** One reply at `at`; undefined: it is not complete. */
function parseReply(text, at) {
  const lineEnd = text.indexOf('\r\n', at)
  if (lineEnd < 0) return undefined
  const line = text.slice(at + 1, lineEnd)
  const after = lineEnd + 2
  if (text[at] === '-') return { reply: new Error(`Redis answered: ${line}`), end: after }
  if (text[at] === '+' || text[at] === ':') return { reply: line, end: after }
  const count = Number(line)
  if (text[at] === '$') {
    if (count < 0) return { reply: null, end: after }
    return text.length < after + count + 2 ? undefined : { reply: text.slice(after, after + count), end: after + count + 2 }
  }
  if (text[at] !== '*') throw new Error('what answered is no Redis')
  const reply = []
  let end = after
  for (let left = count; left > 0; left--) {
    const parsed = parseReply(text, end)
    if (parsed === undefined) return undefined
    reply.push(parsed.reply)
    end = parsed.end
  }
  return { reply, end }
}
