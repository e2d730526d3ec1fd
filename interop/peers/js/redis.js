import { once } from 'node:events'
import { connect } from 'node:net'

const retryMs = 100

/** One connection to Redis; tries again and again until the signal says that it is enough: Redis may start later. */
export async function connectRedis(address, signal) {
  const at = address.lastIndexOf(':')
  const [host, port] = [address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), Number(address.slice(at + 1))]
  for (;;) {
    const socket = connect({ host, port })
    try {
      await once(socket, 'connect', { signal })
      return { ask: (...words) => ask(socket, words), close: () => socket.destroy() }
    } catch (error) {
      socket.destroy()
      if (signal.aborted) throw new Error(`no Redis at ${address}`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

async function ask(socket, words) {
  socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`)
  let text = ''
  for (;;) {
    const [chunk] = await once(socket, 'data')
    text += chunk.toString('latin1')
    const parsed = parseReply(text, 0)
    if (parsed !== undefined) return parsed.reply
  }
}

/** One reply at `at`; undefined: it is not complete. */
function parseReply(text, at) {
  const lineEnd = text.indexOf('\r\n', at)
  if (lineEnd < 0) return undefined
  const line = text.slice(at + 1, lineEnd)
  const after = lineEnd + 2
  if (text[at] === '-') throw new Error(`Redis answered: ${line}`)
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
