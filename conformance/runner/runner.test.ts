import t from 'tap'
import type { Case } from '@p2pspec/generated/common/cases'
import type { Verdict } from '../events.ts'
import { listeningAddress } from '../subjects/embedded-subject.ts'
import { readExtraCases } from './extra-case-file.ts'
import { check, generated, runOn, scripts } from './fake-subject.ts'
import type { Faults } from './fake-subject.ts'
import { matches, fillValue } from './holes.ts'
import { strongest } from './requirements.ts'
import type { RequirementRow } from './requirements.ts'
import type { SuiteCase } from './suite.ts'
import { capped, deviation, judge } from './verdict.ts'

const headerless: SuiteCase = generated({
  id: 'multistream-select/responder/awaitHeader/recv.protocol.unsupported',
  role: 'responder',
  state: 'awaitHeader',
  steps: [{ do: 'send', message: 'protocol', fields: { name: '/conformance/none/1.0.0' } }],
  expect: { sends: [{ any: [{ message: 'header' }], optional: true }], end: 'failed' },
})
const unsupported: SuiteCase = generated({
  id: 'multistream-select/responder/awaitProposal/recv.protocol.unsupported',
  role: 'responder',
  state: 'awaitProposal',
  steps: [
    { do: 'send', message: 'header' },
    { do: 'send', message: 'protocol', fields: { name: '/conformance/none/1.0.0' } },
  ],
  expect: {
    sends: [
      { any: [{ message: 'header' }], after: 1 },
      { any: [{ message: 'na' }], after: 2 },
    ],
    end: 'open',
  },
})
const echo: SuiteCase = generated({
  id: 'ping/server/echoing/recv.payload',
  role: 'server',
  state: 'echoing',
  steps: [{ do: 'send', message: 'payload', fields: { data: { hex: '00'.repeat(32) } } }],
  expect: {
    sends: [{ any: [{ message: 'payload', fields: { data: { hex: '00'.repeat(32) } } }], after: 1 }],
    end: 'open',
  },
})
const reset: SuiteCase = generated({
  id: 'ping/server/echoing/io.reset',
  role: 'server',
  state: 'echoing',
  steps: [{ do: 'reset' }],
  expect: { sends: [], end: 'failed' },
})
const pingEcho: SuiteCase = scripts(`
format: extra-cases/1
protocol: yamux
cases:
  frame/ping-echo:
    title: A ping comes back
    roles: [session]
    level: MUST
    stated: prose
    steps:
      - send: { frame: { type: ping, flags: [syn], length: 0xdeadbeef } }
      - expect: { frame: { type: ping, flags: [ack], length: 0xdeadbeef } }
    outcomes: [{ pass: { reaction: served } }, { fail: always }]
`)

const all = [headerless, unsupported, echo, reset, pingEcho]

t.test('a subject without a fault passes, and each fault is caught by the case that is about it', async (t) => {
  const expectations: [string, Faults, Readonly<Record<string, Verdict>>][] = [
    ['none', {}, {}],
    ['an echo backwards', { reversesEcho: () => true }, { [echo.id]: 'fail' }],
    ['no header needed', { needsNoHeader: true }, { [headerless.id]: 'fail' }],
    ['a wrong pong', { wrongPong: true }, { [pingEcho.id]: 'fail' }],
    ['the end of service after a reset', { diesOfReset: true }, { [reset.id]: 'fail' }],
  ]
  for (const [name, faults, wrong] of expectations) {
    const { finished } = await check(faults, name === 'none' ? all : all.filter(({ id }) => wrong[id] !== undefined), {
      moreTries: 0,
    })
    for (const one of finished) {
      if (one.protocol === 'sanity') continue
      t.equal(one.verdict, wrong[one.id] ?? 'pass', `${name}: ${one.id} (${one.did})`)
      if (wrong[one.id] !== undefined && faults.diesOfReset === true) t.equal(one.survived, false)
    }
  }
})

t.test('a subject that claims a protocol with a random name does not pass the sanity case', async (t) => {
  const { finished } = await check({ claimsEverything: true }, [])
  t.match(
    finished.find(({ id }) => id === 'sanity/first'),
    { verdict: 'fail', did: /random name/ },
  )
})

t.test('a subject that cannot be reached ends the run with 2 and judges no case', async (t) => {
  const { code, finished } = await runOn('/ip4/127.0.0.1/tcp/1', all)
  t.equal(code, 2)
  t.same(
    finished.map(({ id }) => id),
    ['sanity/first', 'sanity/last'],
  )
})

t.test('a case whose path is left before its last step is blocked, not failed', async (t) => {
  const path = generated({
    ...bodyOf(unsupported),
    id: 'multistream-select/responder/awaitProposal/path',
    steps: [{ do: 'send', message: 'header' }, { do: 'send', message: 'ls' }, { do: 'end' }],
    expect: {
      sends: [
        { any: [{ message: 'header' }], after: 1 },
        { any: [{ message: 'lsReply' }], after: 2 },
      ],
      end: 'failed',
    },
  })
  const { finished } = await check({}, [path])
  t.match(
    finished.find(({ id }) => id === path.id),
    { verdict: 'blocked' },
  )
})

t.test('the events of a run begin with its start, end with its finish and count every case', async (t) => {
  const { events, finished } = await check({}, [echo])
  t.equal(events[0]?.type, 'run-started')
  const last = events.at(-1)
  if (last?.type !== 'run-finished') return t.fail('the last event is the finish')
  t.equal(
    Object.values(last.counts).reduce((sum, count) => sum + count, 0),
    finished.length,
  )
  t.equal(events[0]?.type === 'run-started' && events[0].total, finished.length)
})

t.test('a deviation weighs as much as its requirement, and a project rule binds this project alone', (t) => {
  const weight = (
    level: RequirementRow['level'] | null,
    stated: RequirementRow['stated'] | null,
  ): Parameters<typeof deviation>[0] => ({ level, stated, verdict: 'judge' })
  t.equal(deviation(weight('MUST', 'keyword'), false), 'fail')
  t.equal(deviation(weight('MUST NOT', 'prose'), false), 'fail')
  t.equal(deviation(weight('SHOULD', 'keyword'), false), 'nonstrict')
  t.equal(deviation(weight('MAY', 'keyword'), false), 'pass')
  t.equal(deviation(weight('MUST', 'de-facto'), false), 'nonstrict')
  t.equal(deviation(weight('MUST', 'project'), false), 'observed')
  t.equal(deviation(weight('MUST', 'project'), true), 'fail')
  t.equal(deviation(weight(null, null), false), 'observed')
  t.equal(judge(true, { ...weight('MUST', 'keyword'), verdict: 'observe' }, false), 'observed')
  t.equal(judge(true, weight('MUST', 'project'), false), 'pass')
  t.equal(capped('fail', weight('SHOULD', 'prose'), false), 'nonstrict')
  t.equal(capped('nonstrict', weight('MUST', 'prose'), false), 'nonstrict')
  t.equal(capped('fail', weight('MUST', 'prose'), false), 'fail')
  t.end()
})

t.test(
  'of several requirements the one that binds most decides, and the origin comes before what is only done',
  (t) => {
    const row = (
      id: string,
      level: RequirementRow['level'],
      stated: RequirementRow['stated'],
    ): [string, RequirementRow] => [id, { id, level, stated, text: '' }]
    const rows = new Map([
      row('A', 'MUST', 'de-facto'),
      row('B', 'SHOULD', 'prose'),
      row('C', 'MUST', 'keyword'),
      row('D', 'MUST', 'project'),
    ])
    t.equal(strongest(['A', 'B'], rows)?.id, 'B')
    t.equal(strongest(['A', 'B', 'C'], rows)?.id, 'C')
    t.equal(strongest(['D', 'A'], rows)?.id, 'A')
    t.equal(strongest(['nobody'], rows), null)
    t.end()
  },
)

t.test('holes are filled from the input, and messages are compared by what is named', (t) => {
  const scope = { input: { offers: ['/a', '/b'], self: { agent: 'x' } }, fixture: () => ({}) }
  t.equal(fillValue({ hole: 'offers[1]' }, scope), '/b')
  t.equal(fillValue({ hole: 'self.agent' }, scope), 'x')
  t.same(fillValue({ hex: '00ff' }, scope), Uint8Array.of(0, 255))
  t.throws(() => fillValue({ hole: 'offers[7]' }, scope), { code: 'unsupported' })
  t.throws(() => fillValue({ hole: 'len(offers)' }, scope), { code: 'bad-case' })
  t.ok(matches({ name: 'x' }, { name: 'x', more: 1 }))
  t.notOk(matches({ name: 'x' }, { name: 'y' }))
  t.ok(matches(Uint8Array.of(1), Uint8Array.of(1)))
  t.notOk(matches([1], [1, 2]))
  t.ok(matches(5, 5n))
  t.end()
})

t.test('a hand-written case that is not in the format is refused with its place', (t) => {
  const file = (steps: string): string =>
    `{format: extra-cases/1, protocol: yamux, cases: {a/b: {title: x, roles: [session], steps: ${steps}, outcomes: [{pass: always}]}}}`
  t.throws(() => readExtraCases(file('[{snd: {}}]'), 'extra.cases.yaml', new Map()), {
    message: /extra\.cases\.yaml\.cases\.a\/b\.steps\[0\] has the unknown key snd/,
  })
  t.throws(() => readExtraCases(file('[{send: {hex: abc}}]'), 'f', new Map()), { message: /hex must be hex digits/ })
  t.throws(() => readExtraCases(file('[{send: {frame: {type: pingg}}}]'), 'f', new Map()), {
    message: /must be one of data, window, ping, go-away/,
  })
  t.equal(readExtraCases(file('[]'), 'f', new Map())[0]?.id, 'yamux/session/a/b')
  t.end()
})

t.test('the line on which a peer says where it listens is told from any other', (t) => {
  t.equal(
    listeningAddress('{"event":"listening","addresses":["/ip4/127.0.0.1/tcp/1/p2p/Q"]}'),
    '/ip4/127.0.0.1/tcp/1/p2p/Q',
  )
  for (const line of ['', 'hello', '{}', '{"addresses":[]}', '{"addresses":"x"}', 'null'])
    t.equal(listeningAddress(line), null)
  t.end()
})

function bodyOf(one: SuiteCase): Case {
  if (one.body.kind !== 'generated') throw new Error('a generated case is wanted')
  return one.body.item
}
