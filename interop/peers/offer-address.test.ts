import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import * as fc from 'fast-check'
import t from 'tap'
import { startLocalRedis } from '../matrix/runtimes/local-redis.ts'
import { kindOf, offerAddress } from './offer-address.ts'
import { Redis } from './redis.ts'

const signal = AbortSignal.timeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'offer-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const server = await startLocalRedis(folder)
t.teardown(async () => await server[Symbol.asyncDispose]())
const connect = async (): Promise<Redis> => await Redis.connect({ host: '127.0.0.1', port: server.port }, signal)
const bystander = await createClient({ socket: { host: '127.0.0.1', port: server.port } }).connect()
t.teardown(() => bystander.destroy())
t.beforeEach(async () => await untilDoing('monitor', 0))

t.test('who polls a value gets one, before and after the offer, and it stays for the next one', async (t) => {
  using listener = await connect()
  using dialer = await connect()
  const polled = dialer.poll('value', signal)
  await offerAddress(listener, 'value', '/ip4/10.0.0.1', signal)
  t.equal(await polled, '/ip4/10.0.0.1')
  t.equal(await dialer.get('value'), '/ip4/10.0.0.1')
})

t.test('who is blocked on a list before the offer gets the element at once, and nothing stays', async (t) => {
  using listener = await connect()
  using dialer = await connect()
  const taken = dialer.take('early', signal)
  await untilDoing('blpop', 1)
  await offerAddress(listener, 'early', '/ip4/10.0.0.2', signal)
  t.equal(await taken, '/ip4/10.0.0.2')
  t.equal(await listener.find('early'), null)
})

t.test('who blocks on a list after the offer gets the element too', async (t) => {
  using listener = await connect()
  using dialer = await connect()
  let offered = false
  const offering = offerAddress(listener, 'late', '/ip4/10.0.0.3', signal).then(() => (offered = true))
  await untilDoing('monitor', 1)
  t.equal(offered, false)
  t.equal(await dialer.take('late', signal), '/ip4/10.0.0.3')
  await offering
})

t.test('what an earlier meeting left under the key is in nobody`s way', async (t) => {
  using listener = await connect()
  using dialer = await connect()
  await listener.push('left', 'stale')
  const offering = offerAddress(listener, 'left', '/ip4/10.0.0.4', signal)
  await untilDoing('monitor', 1)
  t.equal(await dialer.poll('left', signal), '/ip4/10.0.0.4')
  await offering
})

t.test('an offer that is taken back ends, with an error that says so', async (t) => {
  using listener = await connect()
  const over = new AbortController()
  const offering = offerAddress(listener, 'nobody asks', '/ip4/10.0.0.5', over.signal)
  const ended = t.rejects(offering)
  over.abort()
  await ended
})

t.test('a command asks for a value unless it is one of lists, and only where it names the key', async (t) => {
  t.equal(kindOf(['get', 'key'], 'key'), 'value')
  t.equal(kindOf(['MGET', 'other', 'key'], 'key'), 'value')
  t.equal(kindOf(['BLPOP', 'key', '0'], 'key'), 'list')
  t.equal(kindOf(['lrange', 'key', '0', '0'], 'key'), 'list')
  for (const words of [['GET', 'other'], ['SET', 'key', 'x'], ['RPUSH', 'key', 'x'], ['LREM', 'key', '1', 'x'], ['key'], []])
    t.equal(kindOf(words, 'key'), undefined, words.join(' '))
  fc.assert(fc.property(fc.array(fc.string()), fc.string(), (words, key) => void kindOf(words, key)))
})

t.test('keys with quotes in them are known again in what Redis tells', async (t) => {
  using listener = await connect()
  using dialer = await connect()
  const key = 'a "key" \\ of nobody'
  const offering = offerAddress(listener, key, '/ip4/10.0.0.6', signal)
  t.equal(await dialer.poll(key, signal), '/ip4/10.0.0.6')
  await offering
})

/** Until as many connections do this in Redis at this moment. */
async function untilDoing(command: 'monitor' | 'blpop', count: number): Promise<void> {
  for (;;) {
    const list = await bystander.sendCommand(['CLIENT', 'LIST'])
    if (String(list).split(`cmd=${command} `).length === count + 1) return
  }
}
