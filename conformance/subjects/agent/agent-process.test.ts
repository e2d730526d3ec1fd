import { fileURLToPath } from 'node:url'
import t from 'tap'
import { MAX_LINE_BYTES } from './agent-format.ts'
import { AgentProcess } from './agent-process.ts'
import type { AgentWaits } from './agent-process.ts'
import { agentSubject } from './agent-subject.ts'

t.setTimeout(120_000)

const READY = `{"event":"ready","agent":1,"peerId":"12D3KooW","addresses":["/ip4/127.0.0.1/tcp/1"]}`
const waits: AgentWaits = { startMs: 60_000, answerMs: 60_000, stopMs: 60_000 }
const serve = { do: 'serve', protocols: ['/a'] } as const

/** A program that runs this text, in which `say` writes a line and `heard` is called with each that comes. */
function program(text: string): readonly string[] {
  const frame = `const say = (line) => process.stdout.write(line + '\\n'); let heard = () => {};
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => heard(JSON.parse(line)));`
  return [process.execPath, '-e', `${frame}${text}`]
}

const honest = `say('${READY}'); heard = ({ id, do: what }) =>
  what === 'stop' ? process.exit(0) : say(JSON.stringify({ id, ok: true, stream: 4 }));`

t.test('an agent is ready, does what it is told, and ends when it is told to', async (t) => {
  const agent = await AgentProcess.start(program(honest), waits)
  t.equal(agent.ready.peerId, '12D3KooW')
  t.match(await agent.call(serve), { ok: true, stream: 4 })
  t.match(await agent.call({ do: 'reset', stream: 4 }), { ok: true })
  t.equal(await agent.stop(), null)
})

t.test('an agent that does not get ready is told from the others by its code', async (t) => {
  const wrongs: readonly [string, readonly string[], object, Partial<AgentWaits>][] = [
    ['is not there', ['/no/such/program'], { code: 'refused', message: /could not be started/ }, {}],
    [
      'dies',
      program(`console.error('out of luck'); process.exitCode = 3; process.stdin.destroy()`),
      { code: 'closed', message: /ended \(3\): out of luck/ },
      {},
    ],
    [
      'is silent',
      program(''),
      { code: 'timeout', message: /said nothing before it was ready for 300 ms/ },
      { startMs: 300 },
    ],
    ['writes no JSON', program(`say('Hello!')`), { code: 'malformed', message: /is no JSON/ }, {}],
    ['writes an empty line', program(`say('')`), { code: 'malformed' }, {}],
    [
      'speaks another format',
      program(`say('${READY.replace('"agent":1', '"agent":2')}')`),
      { code: 'malformed', message: /another format/ },
      {},
    ],
    ['answers first', program(`say('{"id":1,"ok":true}')`), { code: 'malformed', message: /before it was ready/ }, {}],
    [
      'writes a long line',
      program(`say('"' + 'a'.repeat(${MAX_LINE_BYTES}) + '"')`),
      { code: 'malformed', message: /longer than/ },
      {},
    ],
    [
      'never ends its line',
      program(`setInterval(() => process.stdout.write('a'.repeat(1000)), 1)`),
      { code: 'malformed', message: /longer than/ },
      {},
    ],
  ]
  for (const [what, command, error, more] of wrongs)
    await t.rejects(AgentProcess.start(command, { ...waits, ...more }), { name: 'TesterError', ...error }, what)
})

t.test('an agent that answers wrongly is told from the others by its code, and ended', async (t) => {
  const wrongs: readonly [string, string, object, string | null, Partial<AgentWaits>][] = [
    [
      'has no such command',
      `say(JSON.stringify({ id, ok: false, code: 'unsupported', message: 'no' }))`,
      { code: 'unsupported', message: /has no "serve"/ },
      null,
      {},
    ],
    [
      'fails',
      `say(JSON.stringify({ id, ok: false, code: 'failed', message: 'taken' }))`,
      { code: 'refused', message: /taken/ },
      null,
      {},
    ],
    ['is silent', '', { code: 'timeout', message: /to "serve"/ }, null, { answerMs: 300 }],
    ['answers another', 'say(JSON.stringify({ id: id + 1, ok: true }))', { code: 'malformed' }, null, {}],
    ['is ready again', `say('${READY}')`, { code: 'malformed' }, null, {}],
    ['dies', 'process.exit(7)', { code: 'closed', message: /ended \(7\)/ }, 'ended (7)', {}],
    ['writes no JSON', `say('{')`, { code: 'malformed', message: /is no JSON/ }, null, {}],
  ]
  for (const [what, answer, error, ending, more] of wrongs) {
    const text = `say('${READY}'); heard = ({ id, do: what }) => { if (what === 'stop') process.exit(0); ${answer} }`
    const agent = await AgentProcess.start(program(text), { ...waits, ...more })
    await t.rejects(agent.call(serve), { name: 'TesterError', ...error }, what)
    t.equal(await agent.stop(), ending, what)
  }
})

t.test('a second answer to one command is found at the next one', async (t) => {
  const text = `say('${READY}'); heard = ({ id }) => { say(JSON.stringify({ id, ok: true })); say(JSON.stringify({ id, ok: true })) }`
  const agent = await AgentProcess.start(program(text), waits)
  await t.rejects(
    agent.call(serve).then(async () => await agent.call(serve)),
    { code: 'malformed' },
  )
  await agent.stop()
})

t.test('an agent that does not stop is killed', async (t) => {
  const agent = await AgentProcess.start(program(`say('${READY}'); setInterval(() => {}, 1000)`), {
    ...waits,
    stopMs: 50,
  })
  t.equal(await agent.stop(), null)
})

t.test('an agent that was started by another program is not waited for once that one is killed', async (t) => {
  const text = `say('${READY}'); const inner = require('node:child_process').spawn(process.execPath,
    ['-e', 'setTimeout(() => {}, 100_000)'], { stdio: 'inherit' }); heard = ({ id }) => say(JSON.stringify({ id, ok: true, stream: inner.pid }))`
  const agent = await AgentProcess.start(program(text), { ...waits, stopMs: 50 })
  const { stream: pid = 0 } = await agent.call(serve)
  t.teardown(() => process.kill(pid))
  t.equal(await agent.stop(), null)
  t.doesNotThrow(() => process.kill(pid, 0), 'it still lives, and holds the pipes')
})

t.test('the agent of this project keeps the format', async (t) => {
  const file = fileURLToPath(new URL('../embedded-node.ts', import.meta.url))
  const agent = await AgentProcess.start([process.execPath, file, 'agent'], waits)
  t.match(agent.ready.addresses, [/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3/])
  await agent.call(serve)
  await t.rejects(agent.call(serve), { code: 'refused', message: /has a handler already/ })
  await agent.call({ do: 'unserve', protocols: ['/a'] })
  await agent.call(serve)
  const { addresses = [] } = await agent.call({ do: 'listen', address: '/ip4/127.0.0.1/tcp/0' })
  t.equal(addresses.length, 1)
  t.notOk(agent.ready.addresses.includes(addresses[0] ?? ''))
  await t.rejects(agent.call({ do: 'open', peer: '12D3KooW', protocol: '/a' }), {
    code: 'refused',
    message: /no connection/,
  })
  await t.rejects(agent.call({ do: 'write', stream: 9, bytes: 1 }), { code: 'refused', message: /no stream 9/ })
  await t.rejects(agent.call({ do: 'dance' } as never), { code: 'unsupported' }) // a command of a later format
  t.equal(await agent.stop(), null)
})

t.test('an agent that listens elsewhere than it is looked for is not reached, and not left running', async (t) => {
  const subject = agentSubject(program(honest), null, 'quic')
  await t.rejects(subject.connect({} as never, {} as never, 1000), { code: 'refused', message: /no address of quic/ }) // neither is looked at so early
  t.throws(() => agentSubject([], null, 'tcp'), { code: 'bad-case', message: /an agent needs a command/ })
})
