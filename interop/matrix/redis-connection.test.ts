import * as fc from 'fast-check'
import { createServer } from 'node:net'
import t from 'tap'
import { parseReply, RedisConnection } from './redis-connection.ts'

t.test('any text is a reply, the beginning of one or an error, and never throws', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const parsed = parseReply(text)
      return parsed === 'more' || parsed instanceof Error || (parsed.length > 0 && parsed.length <= text.length)
    }),
  )
  t.pass()
})

t.test('a reply that is cut anywhere waits for the rest', async (t) => {
  const reply = '$5\r\nhello\r\n'
  for (let cut = 0; cut < reply.length; cut++) t.equal(parseReply(reply.slice(0, cut)), 'more', String(cut))
  t.strictSame(parseReply(reply), { value: 'hello', length: reply.length })
})

t.test('a size that is no number, or larger than any address, is refused before anything is kept', async (t) => {
  for (const text of ['$x\r\n', '$-2\r\n', '$99999999\r\n', '*1\r\n', 'HTTP/1.1 200\r\n'])
    t.ok(parseReply(text) instanceof Error, text)
})

t.test('replies are given to the questions in their order, in whatever pieces they come', async (t) => {
  const server = createServer((socket) => {
    socket.once('data', () => {
      for (const byte of '+OK\r\n$-1\r\n-ERR no\r\n$3\r\nabc\r\n') socket.write(byte)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  await using connection = await RedisConnection.open('127.0.0.1', address.port)
  const [pong, nothing, refused, value] = await Promise.all([
    connection.ping(),
    connection.get('a'),
    connection.get('b').catch(String),
    connection.get('c'),
  ])
  t.equal(pong, undefined)
  t.equal(nothing, null)
  t.match(refused, 'ERR no')
  t.equal(value, 'abc')
  server.close()
})

t.test('a connection that ends fails what waits for it and what comes later', async (t) => {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  await using connection = await RedisConnection.open('127.0.0.1', address.port)
  await t.rejects(connection.get('a'))
  await t.rejects(connection.get('a'))
  server.close()
})
