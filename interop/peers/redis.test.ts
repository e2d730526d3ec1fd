import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startLocalRedis } from '../matrix/runtimes/local-redis.ts'
import { Redis, RedisError } from './redis.ts'

const patienceMs = 60_000
const signal = AbortSignal.timeout(patienceMs)
const folder = mkdtempSync(join(tmpdir(), 'redis-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const server = await startLocalRedis(folder)
t.teardown(async () => await server[Symbol.asyncDispose]())
const address = { host: '127.0.0.1', port: server.port }

t.test('what one side leaves, the other finds: a value stays, an element is taken out', async (t) => {
  using one = await Redis.connect(address, signal)
  using other = await Redis.connect(address, signal)
  t.equal(await other.get('value'), null)
  await one.set('value', '/ip4/10.0.0.1/tcp/1/p2p/ü')
  t.equal(await other.get('value'), '/ip4/10.0.0.1/tcp/1/p2p/ü')
  t.equal(await other.shift('list'), null)
  await one.push('list', 'first')
  await one.push('list', 'second')
  t.equal(await other.shift('list'), 'first')
  t.equal(await other.take('list', signal), 'second')
  t.equal(await other.shift('list'), null)
})

t.test('who comes first waits until the other has left something', async (t) => {
  using early = await Redis.connect(address, signal)
  using late = await Redis.connect(address, signal)
  const taken = early.take('awaited list', signal)
  await late.push('awaited list', 'element')
  t.equal(await taken, 'element')
  const polled = late.poll('awaited value', signal)
  await early.set('awaited value', 'value')
  t.equal(await polled, 'value')
})

t.test('who waits for what never comes is told so when its time is over', async (t) => {
  using redis = await Redis.connect(address, signal)
  const over = AbortSignal.timeout(50)
  await t.rejects(redis.poll('never', over), { name: 'RedisError', code: 'no-answer', message: /never/ })
  await t.rejects(redis.take('never', over), { name: 'RedisError', code: 'no-answer', message: /BLPOP/ })
})

t.test('what Redis refuses is refused with its reason, and the connection goes on', async (t) => {
  using redis = await Redis.connect(address, signal)
  await redis.push('a list', 'element')
  await t.rejects(redis.get('a list'), { code: 'refused', message: /GET .* refused: WRONGTYPE/ })
  t.equal(await redis.shift('a list'), 'element')
})

t.test('more than any address can be is refused by the Redis of a run', async (t) => {
  using redis = await Redis.connect(address, signal)
  await t.rejects(redis.set('too long', 'x'.repeat(2 * 1024 * 1024)), { name: 'RedisError' })
  using other = await Redis.connect(address, signal)
  t.equal(await other.get('too long'), null)
})

t.test('a node that starts before its Redis connects when it is there', async (t) => {
  const gate = createServer((socket) => void socket.pipe(connect(address)).pipe(socket))
  const port = await listen(t, gate)
  gate.close()
  await once(gate, 'close')
  const connected = Redis.connect({ host: '127.0.0.1', port }, signal)
  const first = connect(port, '127.0.0.1')
  await once(first, 'error')
  gate.listen(port, '127.0.0.1')
  using redis = await connected
  await redis.set('late', 'but there')
  t.equal(await server.connection.get('late'), 'but there')
})

t.test('where nobody answers, connecting ends with the time for it and says where it was tried', async (t) => {
  const closed = createServer()
  const port = await listen(t, closed)
  closed.close()
  const failed = await Redis.connect({ host: '127.0.0.1', port }, AbortSignal.timeout(50)).catch((error: unknown) => error)
  t.ok(failed instanceof RedisError)
  t.match(failed, { code: 'unreachable', message: new RegExp(`127.0.0.1:${port}`), cause: /ECONNREFUSED|timeout/ })
  await t.rejects(Redis.connect(address, AbortSignal.abort(new Error('enough'))), { code: 'unreachable' })
})

t.test('a Redis that ends fails what waits for it and what comes later', async (t) => {
  const ending = await startLocalRedis(folder)
  using redis = await Redis.connect({ host: '127.0.0.1', port: ending.port }, signal)
  await redis.set('asked', 'before')
  const waiting = redis.take('nothing', signal)
  await Promise.all([t.rejects(waiting, { code: 'lost', message: /BLPOP/ }), ending[Symbol.asyncDispose]()])
  await t.rejects(redis.get('asked'), { code: 'lost' })
})

t.test('what answers and is no Redis is left, and nobody waits for it', async (t) => {
  const port = await listen(t, createServer((socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))))
  using redis = await Redis.connect({ host: '127.0.0.1', port }, signal)
  await t.rejects(redis.get('anything'), { code: 'lost', message: /HTTP|Unknown|type/i })
  await t.rejects(redis.get('anything'), { code: 'lost' })
})

async function listen(t: Test, listening: Server): Promise<number> {
  t.teardown(() => listening.close())
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const where = listening.address()
  if (typeof where !== 'object' || where === null) throw new TypeError('a TCP server has an address with a port')
  return where.port
}
