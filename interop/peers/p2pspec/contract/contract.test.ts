// Plays the other side of unified-testing's transport and perf contract, and of test-plans', from their documents alone:
// nothing of the node's own reading of them is used here.
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { parse } from 'yaml'
import { peerCommand } from '../../commands.ts'
import { numberOf, runPeer, startListener } from '../../peer-process.ts'

// Two dozen programs are started, on a busy machine for seconds each.
const patienceMs = 600_000
t.setTimeout(patienceMs)
const signal = AbortSignal.timeout(patienceMs)
const own = await peerCommand('p2pspec')
// Another implementation's plain command line, so that neither side's reading of the contract is trusted.
const other = await peerCommand('go')

const port = await freePort()
const redis = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1'], {
  stdio: 'ignore',
})
const redisFailed = once(redis, 'error').then(([error]) => {
  throw new Error('the contract is tried with a real Redis. Debian: apt-get install redis-server', { cause: error })
})
await Promise.race([untilRedisAnswers(), redisFailed])
t.teardown(() => redis.kill())

const transports = [
  { TRANSPORT: 'tcp', SECURE_CHANNEL: 'noise', MUXER: 'yamux' },
  { TRANSPORT: 'ws', SECURE_CHANNEL: 'tls', MUXER: 'yamux' },
  { TRANSPORT: 'wss', SECURE_CHANNEL: 'noise', MUXER: 'yamux' },
] as const

for (const stack of transports) {
  const name = `own x own (${Object.values(stack).join(', ')})`
  await t.test(`${name}: the dialer exits with 0 and its stdout is the result alone`, async (t) => {
    const testKey = keyOf(name)
    await using listener = start({ ...stack, IS_DIALER: 'false', TEST_KEY: testKey, LISTENER_IP: '0.0.0.0' })
    const dialer = await start({ ...stack, IS_DIALER: 'true', TEST_KEY: testKey }).exit
    t.equal(dialer.code, 0, dialer.stderr)
    const { latency, ...rest } = parse(dialer.stdout) as { readonly latency: Readonly<Record<string, unknown>> } // judged below
    t.strictSame(rest, {})
    t.equal(latency['unit'], 'ms')
    t.ok(Number(latency['ping_rtt']) > 0)
    t.ok(Number(latency['handshake_plus_one_rtt']) > Number(latency['ping_rtt']))

    const address = await ask('GET', `${testKey}_listener_multiaddr`)
    t.match(address, /^\/ip4\/(?!127\.|0\.0\.0\.0)[\d.]+\/tcp\/\d+.*\/p2p\/12D3KooW\w+$/, 'an address that others reach')
    listener.child.kill('SIGTERM')
    const ended = await listener.exit
    t.strictSame([ended.code, ended.stdout], [0, ''], 'a listener ends when it is told to, and its stdout is empty')
  })
}

await t.test('what the listener puts into Redis is enough for another implementation to ping it', async (t) => {
  const environment = { ...transports[0], IS_DIALER: 'false', TEST_KEY: keyOf('listener alone'), LISTENER_IP: '0.0.0.0' }
  await using listener = start(environment)
  const address = await poll(`${environment.TEST_KEY}_listener_multiaddr`, listener)
  const pinged = await runPeer(other, ['dial', address, '--security', 'noise'], 'pinged', { signal })
  t.ok(numberOf(pinged, 'rttMs') >= 0)
})

await t.test('the dialer waits for an address, and takes whatever listener is put there', async (t) => {
  const testKey = keyOf('dialer alone')
  await using dialer = start({ ...transports[0], IS_DIALER: 'true', TEST_KEY: testKey })
  const { process, address } = await startListener(other, ['--security', 'noise'])
  t.equal(dialer.child.exitCode, null, 'it is still waiting')
  await ask('SET', `${testKey}_listener_multiaddr`, address)
  const { code, stderr } = await dialer.exit
  t.equal(code, 0, stderr)
  await process.stop()
})

await t.test('a list does as well as a value, on both sides: the transport programs of unified-testing use one', async (t) => {
  const environment = { ...transports[0], TEST_KEY: keyOf('lists') }
  await using listener = start({ ...environment, IS_DIALER: 'false', LISTENER_IP: '0.0.0.0' })
  const key = `${environment.TEST_KEY}_listener_multiaddr`
  const address = await poll(key, listener, 'LPOP')
  t.match(address, /\/p2p\/12D3KooW\w+$/)
  t.equal(await ask('EXISTS', key), '0', 'it is taken away')
  await ask('RPUSH', key, address)
  const { code, stderr } = await start({ ...environment, IS_DIALER: 'true', TEST_TIMEOUT_SECS: '60' }).exit
  t.equal(code, 0, stderr)
  listener.child.kill('SIGTERM')
  t.equal((await listener.exit).code, 0)
})

await t.test('a listener that nobody asks for its address ends when it is told to', async (t) => {
  await using listener = start({ ...transports[0], IS_DIALER: 'false', TEST_KEY: keyOf('unasked'), LISTENER_IP: '0.0.0.0' })
  await once(listener.child.stderr ?? listener.child, 'data')
  listener.child.kill('SIGTERM')
  t.equal((await listener.exit).code, 0)
})

await t.test('the perf test measures as often as it is told, and its figures are those of its samples', async (t) => {
  const testKey = keyOf('perf')
  await using listener = start({ ...transports[0], IS_DIALER: 'false', TEST_KEY: testKey, LISTENER_IP: '0.0.0.0' })
  const { code, stdout, stderr } = await start({
    ...transports[0],
    IS_DIALER: 'true',
    TEST_KEY: testKey,
    UPLOAD_BYTES: '300000',
    DOWNLOAD_BYTES: '200000',
    UPLOAD_ITERATIONS: '5',
    DOWNLOAD_ITERATIONS: '4',
    LATENCY_ITERATIONS: '20',
    DURATION: '20',
  }).exit
  t.equal(code, 0, stderr)
  const result = parse(stdout) as Readonly<Record<string, Readonly<Record<string, unknown>>>> // judged below
  t.strictSame(Object.keys(result), ['upload', 'download', 'latency'])
  for (const [part, iterations, unit] of [
    ['upload', 5, 'Gbps'],
    ['download', 4, 'Gbps'],
    ['latency', 20, 'ms'],
  ] as const) {
    const { samples = [], outliers = [], ...figures } = result[part] ?? {}
    const [all, apart] = [samples, outliers] as readonly [readonly number[], readonly number[]]
    t.match(figures, { iterations, unit }, part)
    t.equal(all.length, iterations, part)
    t.ok(all.every((sample) => sample > 0), part)
    const { min, q1, median, q3, max } = figures as Readonly<Record<string, number | undefined>> & object
    const usual = all.filter((sample) => !apart.includes(sample))
    t.strictSame([min, max], [Math.min(...usual), Math.max(...usual)], part)
    // Quartiles lie between samples, one of which may be an outlier: min may be above q1, and max below q3.
    for (const ordered of [
      [q1, median, q3],
      [min, median, max],
    ]) {
      t.ok(ordered.every((figure, index, list) => index === 0 || (figure ?? 0) >= (list[index - 1] ?? 0)), part)
    }
  }
  listener.child.kill('SIGTERM')
})

await t.test('the older spelling: the address goes through a list, the result is one line of JSON', async (t) => {
  const legacy = { transport: 'tcp', security: 'noise', muxer: 'yamux', redis_addr: `127.0.0.1:${port}`, ip: '0.0.0.0' }
  await using listener = start({ ...legacy, is_dialer: 'false', test_timeout_seconds: '60' })
  const { code, stdout, stderr } = await start({ ...legacy, is_dialer: 'true', test_timeout_seconds: '60' }).exit
  t.equal(code, 0, stderr)
  const result = JSON.parse(stdout) as Readonly<Record<string, number>> // judged below
  t.strictSame(Object.keys(result).toSorted(), ['handshakePlusOneRTTMillis', 'pingRTTMilllis'])
  t.ok(Number(result['handshakePlusOneRTTMillis']) > Number(result['pingRTTMilllis']))
  t.equal(await ask('LLEN', 'listenerAddr'), '0', 'the dialer has taken the address away')
  listener.child.kill('SIGTERM')
})

await t.test('exit codes: 1 for what went wrong, 127 for what there is not', async (t) => {
  const testKey = keyOf('exit codes')
  const tcp = { ...transports[0], IS_DIALER: 'true', TEST_KEY: testKey }
  await ask('SET', `${testKey}_listener_multiaddr`, `/ip4/127.0.0.1/tcp/1/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN`)
  t.equal((await start(tcp).exit).code, 1, 'nobody listens there')
  for (const spelling of ['TEST_TIMEOUT_SECONDS', 'TEST_TIMEOUT_SECS']) {
    const { code, stderr } = await start({ ...tcp, TEST_KEY: keyOf(`nobody, ${spelling}`), [spelling]: '1' }).exit
    t.equal(code, 1, 'no address comes')
    t.match(stderr, 'not done within 1 s', spelling)
  }
  const nonsense = [{ TRANSPORT: 'pigeon' }, { SECURE_CHANNEL: 'rot13' }, { MUXER: 'spdy' }, { SCENARIO: 'tea' }]
  for (const unknown of nonsense) {
    for (const node of ['true', 'false'].map((role) => start({ ...tcp, ...unknown, IS_DIALER: role }))) {
      const { code, stderr, stdout } = await node.exit
      t.equal(code, 127, JSON.stringify(unknown))
      t.match(stderr, Object.values(unknown)[0], 'which one')
      t.equal(stdout, '')
    }
  }
})

interface Exit {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Node extends AsyncDisposable {
  readonly child: ChildProcess
  readonly exit: Promise<Exit>
}

/** Starts the node as a container would be: no arguments of ours, everything in the environment. */
function start(environment: Readonly<Record<string, string>>): Node {
  const [program = '', ...words] = own
  const child = spawn(program, [...words, 'contract'], {
    env: { PATH: process.env['PATH'], REDIS_ADDR: `127.0.0.1:${port}`, DEBUG: 'false', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exit = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }))
  return {
    child,
    exit,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** The first eight hex digits of the test name's SHA-256. */
function keyOf(testName: string): string {
  return createHash('sha256').update(testName).digest('hex').slice(0, 8)
}

async function poll(key: string, { child }: Node, command = 'GET'): Promise<string> {
  for (;;) {
    const value = await ask(command, key)
    if (value !== '') return value
    if (child.exitCode !== null) throw new Error(`the listener ended with ${child.exitCode}`)
    await wait(50, undefined, { signal })
  }
}

/** One command to Redis by its inline form; the answer as text, nothing as the empty text. */
async function ask(...words: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  socket.end(`${words.join(' ')}\r\nQUIT\r\n`)
  await once(socket, 'close')
  const [first = '', second = ''] = text.split('\r\n')
  if (first.startsWith('-')) throw new Error(first)
  return first.startsWith('$') ? (first === '$-1' ? '' : second) : first.slice(1)
}

async function untilRedisAnswers(): Promise<void> {
  while (!signal.aborted) {
    const answer = await ask('PING').catch(() => '')
    if (answer === 'PONG') return
    await wait(50)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
