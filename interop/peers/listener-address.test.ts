// Each program meets a counterpart that keeps the listener's address as a value, and one that keeps it on a list: both habits of
// unified-testing's programs, played here on a real Redis, where each is refused what the other asks for.
// The newest of each; `PEERS='go@0.48 rust@0.56 js@3.1'` names others.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@redis/client'
import t from 'tap'
import { startLocalRedis } from '../matrix/runtimes/local-redis.ts'
import { peerCommand } from './commands.ts'
import { isSubject, peerNames } from './peer-names.ts'
import { startListener } from './peer-process.ts'

const patienceMs = 600_000
/** Far more than a meeting takes; who waits in vain is told so then. */
const meetSeconds = 60
t.setTimeout(patienceMs)
const signal = AbortSignal.timeout(patienceMs)
const folder = mkdtempSync(join(tmpdir(), 'listener-address-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const server = await startLocalRedis(folder)
t.teardown(async () => await server[Symbol.asyncDispose]())
const redis = await createClient({ socket: { host: '127.0.0.1', port: server.port } }).connect()
t.teardown(() => redis.destroy())
// Blocking takes a connection of its own.
const blocked = await redis.duplicate().connect()
t.teardown(() => blocked.destroy())
const real = await startListener(await peerCommand('p2pspec'), [], { signal })
t.teardown(async () => await real.process.stop())

const address = /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3KooW\w+$/
const subjects = process.env['PEERS']?.split(' ') ?? peerNames

for (const subject of subjects) {
  if (!isSubject(subject)) throw new TypeError(`PEERS has no such program: ${subject}`)
  const command = [...(await peerCommand(subject)), 'contract']

  await t.test(`${subject} as listener gives a value to who polls one, whatever an earlier meeting left`, async (t) => {
    const { key, environment } = meeting(`${subject} value`)
    await redis.rPush(key, 'stale')
    await using listener = start(command, { ...environment, IS_DIALER: 'false' })
    await untilDoing('monitor', listener)
    t.match(await polled(key, listener), address)
    t.match(await redis.get(key), address, 'and it stays')
    t.equal(await listener.end(), 0, listener.log())
  })

  await t.test(`${subject} as listener gives an element to who was blocked on a list before it came`, async (t) => {
    const { key, environment } = meeting(`${subject} early list`)
    const taken = blocked.blPop(key, meetSeconds)
    await untilDoing('blpop')
    await using listener = start(command, { ...environment, IS_DIALER: 'false' })
    t.match((await orEnd(taken, listener))?.element, address)
    t.equal(await listener.end(), 0, listener.log())
    t.equal(await redis.exists(key), 0, 'and nothing stays')
  })

  await t.test(`${subject} as listener gives an element to who blocks on a list after it came`, async (t) => {
    const { key, environment } = meeting(`${subject} late "list"`)
    await using listener = start(command, { ...environment, IS_DIALER: 'false' })
    await untilDoing('monitor', listener)
    // Asked for all keys, as asking for this one would be an answer.
    t.notOk((await redis.keys('*')).includes(key), 'nothing is left for who does not ask')
    t.match((await orEnd(blocked.blPop(key, meetSeconds), listener))?.element, address)
    t.equal(await listener.end(), 0, listener.log())
  })

  await t.test(`${subject} as listener leaves a value where Redis shows nobody what is asked`, async (t) => {
    const { key, environment } = meeting(`${subject} unwatched`)
    await redis.aclSetUser('default', '-monitor')
    try {
      await using listener = start(command, { ...environment, IS_DIALER: 'false' })
      t.match(await polled(key, listener), address)
      t.equal(await listener.end(), 0, listener.log())
    } finally {
      await redis.aclSetUser('default', '+monitor')
    }
  })

  await t.test(`${subject} as listener that nobody asks ends when it is told to`, async (t) => {
    await using listener = start(command, { ...meeting(`${subject} unasked`).environment, IS_DIALER: 'false' })
    await untilDoing('monitor', listener)
    t.equal(await listener.end(), 0, listener.log())
  })

  for (const kind of ['value', 'list'] as const)
    await t.test(`${subject} as dialer takes its listener's address where it is a ${kind}`, async (t) => {
      const { key, environment } = meeting(`${subject} dials a ${kind}`)
      if (kind === 'value') await redis.set(key, real.address)
      else await redis.rPush(key, real.address)
      await using dialer = start(command, { ...environment, IS_DIALER: 'true' })
      t.equal(await dialer.exited, 0, dialer.log())
    })
}

function meeting(name: string): { readonly key: string; readonly environment: Readonly<Record<string, string>> } {
  return {
    key: `${name}_listener_multiaddr`,
    environment: {
      TEST_KEY: name,
      REDIS_ADDR: `127.0.0.1:${server.port}`,
      TRANSPORT: 'tcp',
      SECURE_CHANNEL: 'noise',
      MUXER: 'yamux',
      LISTENER_IP: '127.0.0.1',
      TEST_TIMEOUT_SECONDS: String(meetSeconds),
    },
  }
}

interface Program extends AsyncDisposable {
  readonly exited: Promise<number | null>
  log(): string
  /** Tells it to end; the exit code. */
  end(): Promise<number | null>
}

function start([program = '', ...words]: readonly string[], environment: Readonly<Record<string, string>>): Program {
  const child = spawn(program, words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const exited = once(child, 'close').then(([code]) => code as number | null) // what node hands to `close`
  return {
    exited,
    log: () => log,
    async end() {
      child.kill('SIGTERM')
      return await exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** As the perf programs of unified-testing wait: a list is an error to them. */
async function polled(key: string, listener: Program): Promise<string> {
  const enough = AbortSignal.timeout(meetSeconds * 1000)
  for (;;) {
    const value = await redis.get(key)
    if (value !== null) return value
    await orEnd(delay(20, undefined, { signal: enough }), listener)
  }
}

/** Until as many connections do this in Redis at this moment; none does it but of the test that runs. */
async function untilDoing(command: 'monitor' | 'blpop', program?: Program): Promise<void> {
  const enough = AbortSignal.timeout(meetSeconds * 1000)
  while (!String(await redis.sendCommand(['CLIENT', 'LIST'])).includes(`cmd=${command} `))
    await orEnd(delay(20, undefined, { signal: enough }), program)
}

async function orEnd<T>(awaited: Promise<T>, program?: Program): Promise<T> {
  const ended = program?.exited.then((code): never => {
    throw new Error(`it ended with ${code}: ${program.log()}`)
  })
  return await Promise.race([awaited, ...(ended === undefined ? [] : [ended])])
}
