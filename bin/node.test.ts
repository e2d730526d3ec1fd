import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { peerCommand } from '@p2pspec/interop/peers/commands'
import { createNode } from '@p2pspec/runtime/node/create-node'
import { ping } from '@p2pspec/runtime/protocols/ping/ping'
import t, { type Test } from 'tap'

// Dozens of processes start one after another, and the go node may have to be built first.
t.setTimeout(300_000)

const command = join(import.meta.dirname, 'p2pspec.ts')
const folder = mkdtempSync(join(tmpdir(), 'p2pspec-node-'))
// The folder of the user who runs the tests is left alone.
process.env['XDG_DATA_HOME'] = join(folder, 'share')

interface Line {
  readonly event: string
  readonly [field: string]: unknown
}

interface Ran {
  readonly status: number | null
  readonly out: string
  readonly errors: string
}

/** Asynchronous, since the node it talks to may live in this process. */
async function run(...words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [command, 'node', ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  await once(child, 'close')
  return { status: child.exitCode, out, errors }
}

async function startDaemon(
  t: Test,
  ...flags: readonly string[]
): Promise<{ child: ChildProcess; lines: Line[]; next(event: string): Promise<Line> }> {
  const child = spawn(process.execPath, [command, 'node', 'listen', '--json', ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const lines: Line[] = []
  const waiting: { readonly event: string; resolve(line: Line): void }[] = []
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line
    lines.push(line)
    waiting.filter(({ event }) => event === line.event).forEach(({ resolve }) => resolve(line))
  })
  const next = async (event: string): Promise<Line> =>
    lines.find((line) => line.event === event) ?? (await new Promise((resolve) => waiting.push({ event, resolve })))
  return { child, lines, next }
}

function addressOf(line: Line): string {
  const { addresses } = line
  return Array.isArray(addresses) && typeof addresses[0] === 'string' ? addresses[0] : ''
}

await t.test('a daemon tells what happens to it, serves its metrics, and ends well by a signal', async (t) => {
  const trace = join(folder, 'trace.jsonl')
  const { child, next } = await startDaemon(t, '--trace', trace, '--metrics', '0', '--until-stdin-ends')
  const listening = await next('listening')
  const node = await createNode({ agentVersion: 'visitor/1.0.0' })
  t.teardown(() => node.stop())
  const connection = await node.dial(addressOf(listening))
  await ping(connection)
  t.equal((await next('connected'))['peer'], node.peerId.toString())
  t.equal((await next('identified'))['agent'], 'visitor/1.0.0')
  const page = await (await fetch(String(listening['metrics']))).text()
  t.match(page, 'p2pspec_connections{direction="inbound",state="open"} 1')
  t.match(page, 'p2pspec_streams_total{direction="inbound",protocol="/ipfs/ping/1.0.0"} 1')
  const over = once(child, 'exit')
  child.kill('SIGTERM')
  t.same(await over, [0, null])
  t.ok(await next('stopped'))
  const layers = readFileSync(trace, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { layer: string }).layer)
  t.same([...new Set(layers)].sort(), ['muxer', 'negotiation', 'protocol', 'security', 'transport'])
})

await t.test('a daemon ends when its standard input does', async (t) => {
  const { child, next } = await startDaemon(t, '--until-stdin-ends')
  await next('listening')
  const over = once(child, 'exit')
  child.stdin?.end()
  t.same(await over, [0, null])
})

await t.test(
  'dial, ping, identify and perf talk to a node; what it says of itself cannot garble the terminal',
  async (t) => {
    const hostile = '\u001b[2J\u202egnp\r\nconnected to nobody\u2028\u009b31m'
    const server = await createNode({ preset: 'test', agentVersion: hostile })
    t.teardown(() => server.stop())
    server.handle('/evil\u001b[31m\n/1.0.0', () => {})
    const address = server.addresses[0] ?? ''
    for (const words of [
      ['dial', address],
      ['ping', address, '--count', '2'],
      ['identify', address],
      ['identify', address, '--json'],
      ['perf', address, '--upload', '64KiB', '--download', '64KiB'],
    ]) {
      const { status, out, errors } = await run(...words)
      t.equal(status, 0, words.join(' '))
      t.equal(errors, '')
      t.notMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/, `${words[0]} prints nothing unprintable`)
      t.notMatch(out, /^connected to nobody/m, 'a remote cannot make up a line')
    }
    const identified = JSON.parse((await run('identify', address, '--json')).out) as { protocols: string[] }
    t.ok(identified.protocols.includes('/evil\u001b[31m\n/1.0.0'), 'JSON keeps the exact bytes, escaped')
  },
)

await t.test('what cannot work is told with what to do, by exit code, without a stack', async (t) => {
  const file = join(folder, 'not-a-key')
  writeFileSync(file, 'hello there')
  const cases: readonly (readonly [number, RegExp, ...string[]])[] = [
    [3, /Nothing listens there/, 'dial', '/ip4/127.0.0.1/tcp/1'],
    [1, /like \/ip4\//, 'dial', 'nonsense'],
    [1, /from 1 on/, 'ping', '/ip4/127.0.0.1/tcp/1', '--count', 'many'],
    [1, /node key new/, 'dial', '/ip4/127.0.0.1/tcp/1', '--key', join(folder, 'absent')],
    [1, /holds no libp2p private key/, 'key', 'show', file],
    [1, /--preset takes/, 'listen', '--preset', 'king'],
  ]
  for (const [status, pattern, ...words] of cases) {
    const ran = await run(...words)
    t.equal(ran.status, status, words.join(' '))
    t.match(ran.errors, pattern)
    t.notMatch(ran.errors, /\n\s+at /)
  }
  const failed = JSON.parse((await run('dial', '/ip4/127.0.0.1/tcp/1', '--json')).out) as Line
  t.equal(failed.event, 'failed')
})

await t.test(
  'why tells how far each attempt came, in which layer it ended, and the layers of one that works',
  async (t) => {
    const server = await createNode({ preset: 'test' })
    t.teardown(() => server.stop())
    const address = server.addresses[0] ?? ''
    const works = await run('why', address)
    t.equal(works.status, 0)
    for (const part of [/#1 +transport +trying/, /negotiation +security: \/noise/, /security +it proved/, /it works/]) {
      t.match(works.out, part)
    }
    const other = address.replace(/p2p\/.*/, 'p2p/12D3KooWBtiLEMCzwWmJK1w5E8SJaRX9Jv5BTx9sJzjyESJ4K8an')
    const fails = await run('why', other)
    t.equal(fails.status, 3)
    t.match(fails.out, /security +it did not prove/)
    t.match(fails.errors, /layer: security/)
  },
)

await t.test(
  'what a daemon learned of peers is kept, and leads a later command to a peer by its id alone',
  async (t) => {
    const server = await createNode({ preset: 'test' })
    t.teardown(() => server.stop())
    const peer = server.peerId.toString()
    const unknown = await run('why', peer)
    t.equal(unknown.status, 3)
    t.match(unknown.errors, /--data/)
    const { child, next } = await startDaemon(t)
    const listening = await next('listening')
    t.equal(listening['data'], join(folder, 'share', 'p2pspec'))
    await server.dial(addressOf(listening))
    await next('identified')
    const second = await startDaemon(t)
    t.equal((await second.next('listening'))['data'], undefined, 'a second one beside it keeps nothing, and runs')
    const named = await run('listen', '--data', join(folder, 'share', 'p2pspec'))
    t.equal(named.status, 1)
    t.match(named.errors, /another node holds it/)
    const over = once(child, 'exit')
    child.kill('SIGTERM')
    await over
    t.ok(statSync(join(folder, 'share', 'p2pspec', 'peers.sqlite')).size > 0)
    const explained = await run('why', peer)
    t.equal(explained.status, 0, explained.errors)
    t.match(explained.out, /plan .*\/ip4\/127.0.0.1\/tcp\/\d+: in a private network, signed by the peer/)
    t.match(explained.out, /it works/)
    t.equal((await run('ping', peer, '--count', '1')).status, 0)
    t.equal((await run('ping', peer, '--data', join(folder, 'elsewhere'))).status, 3)
  },
)

await t.test('key files keep one identity through every format, private and never overwritten', async (t) => {
  const first = join(folder, 'node.key')
  const made = JSON.parse((await run('key', 'new', first, '--json')).out) as Line
  t.equal(statSync(first).mode & 0o777, 0o600)
  const before = readFileSync(first)
  t.equal((await run('key', 'new', first)).status, 1, 'a second key does not take its place')
  t.same(readFileSync(first), before)
  for (const format of ['hex', 'base64', 'base58', 'protobuf']) {
    const other = join(folder, `node.${format}`)
    t.equal((await run('key', 'convert', first, other, '--format', format)).status, 0)
    const shown = JSON.parse((await run('key', 'show', other, '--json')).out) as Line
    t.equal(shown['peerId'], made['peerId'], format)
    t.equal(shown['format'], format)
    t.equal(statSync(other).mode & 0o777, 0o600)
  }
  t.same(
    readdirSync(folder).filter((name) => name.endsWith('.tmp')),
    [],
    'nothing is left beside them',
  )
})

await t.test('nodes with one network key meet, with another one not; the key itself is never shown', async (t) => {
  const [one, other] = [join(folder, 'one.psk'), join(folder, 'other.psk')]
  const made = JSON.parse((await run('key', 'psk', 'new', one, '--json')).out) as Line
  t.equal(statSync(one).mode & 0o777, 0o600)
  t.equal((await run('key', 'psk', 'new', one)).status, 1, 'a second key does not take its place')
  t.equal((await run('key', 'psk', 'new', other, '--format', 'base64')).status, 0)
  const shown = await run('key', 'psk', 'show', one, '--json')
  t.equal((JSON.parse(shown.out) as Line)['fingerprint'], made['fingerprint'])
  t.notOk(shown.out.includes(readFileSync(one, 'latin1').split('\n')[2] ?? ''), 'the key stays in its file')
  const { next } = await startDaemon(t, '--psk', one)
  const address = addressOf(await next('listening'))
  const pinged = await run('ping', address, '--psk', one, '--json')
  t.equal(pinged.status, 0, pinged.errors + pinged.out)
  for (const words of [[], ['--psk', other]]) {
    const refused = await run('ping', address, ...words)
    t.equal(refused.status, 3, refused.errors)
  }
  const wrong = await run('ping', address, '--psk', other)
  t.match(wrong.errors, /layer: private-network/)
  t.match(wrong.errors, /another key|another one/)
  const noKey = await run('ping', address, '--psk', join(folder, 'node.key'))
  t.equal(noKey.status, 1)
  t.match(noKey.errors, /no key file of a private network/)
})

await t.test('a go node is dialled and dials', async (t) => {
  const go = await peerCommand('go')
  const [program = '', ...words] = go
  const listener = spawn(program, [...words, 'listen'], { stdio: ['pipe', 'pipe', 'ignore'] })
  t.teardown(() => listener.kill())
  const [text] = (await once(createInterface({ input: listener.stdout }), 'line')) as [string]
  const address = addressOf(JSON.parse(text) as Line)
  const pinged = await run('ping', address, '--json')
  t.equal(pinged.status, 0, pinged.errors + pinged.out)
  const identified = JSON.parse((await run('identify', address, '--json')).out) as Line
  t.match(identified['agent'], /^go-libp2p/)
  const { next } = await startDaemon(t)
  const dialled = spawnSync(program, [...words, 'dial', addressOf(await next('listening'))], { encoding: 'utf8' })
  t.equal(dialled.status, 0, dialled.stdout)
  t.match(String((await next('identified'))['agent']), /^go-libp2p/)
})
