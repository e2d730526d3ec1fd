import t from 'tap'
import type { RunEvent } from '../events.ts'
import { check, generated } from './fake-subject.ts'
import type { Faults } from './fake-subject.ts'
import type { Finishing } from './finishing.ts'
import type { SuiteCase } from './suite.ts'

/** The probe behind a case of ping: no payload of the sanity cases is like it. */
const probe = 0x77

function echo(name: string): SuiteCase {
  return generated({
    id: `ping/server/echoing/${name}`,
    role: 'server',
    state: 'echoing',
    steps: [{ do: 'send', message: 'payload', fields: { data: { hex: '00'.repeat(32) } } }],
    expect: {
      sends: [{ any: [{ message: 'payload', fields: { data: { hex: '00'.repeat(32) } } }], after: 1 }],
      end: 'open',
    },
  })
}

const one = echo('recv.payload')
/** An expectations file that calls every ping case a failure. */
const expectsFailure: Finishing = {
  judge: (protocol, _id, verdict) =>
    protocol === 'ping'
      ? { expected: { verdict: 'fail', reason: 'it is said so' }, asExpected: verdict === 'fail' }
      : { expected: null, asExpected: verdict === 'pass' },
}

/** Wrong in the tries of these numbers, counted from 0. */
function wrongIn(...tries: readonly number[]): Faults {
  let next = 0
  return { reversesEcho: (payload) => payload[0] === probe && tries.includes(next++) }
}

function triesOf(events: readonly RunEvent[], id: string): number {
  return events.filter((event) => event.type === 'case-started' && event.id === id).length
}

void t.test(
  'a case that fails once and passes alone is flaky, with what it did in both, and the run goes on being fine',
  async (t) => {
    const { code, events, finished } = await check(wrongIn(0), [one])
    t.match(
      finished.find(({ id }) => id === one.id),
      {
        verdict: 'flaky',
        asExpected: false,
        did: /sent other bytes .*\(fail\); alone it was pass: went on echoing/,
        earlier: [{ verdict: 'fail', did: /sent other bytes/ }],
      },
    )
    t.equal(triesOf(events, one.id), 2)
    t.equal(code, 0)
  },
)

void t.test('the second try alone still makes it flaky; a third failure makes it fail', async (t) => {
  const second = await check(wrongIn(0, 1), [one])
  t.match(
    second.finished.find(({ id }) => id === one.id),
    { verdict: 'flaky', earlier: { length: 2 } },
  )
  const third = await check(wrongIn(0, 1, 2), [one])
  t.match(
    third.finished.find(({ id }) => id === one.id),
    { verdict: 'fail', earlier: { length: 2 } },
  )
  t.equal(third.code, 1)
})

void t.test('more flaky cases than may be fail the run', async (t) => {
  const { code, events } = await check(wrongIn(0), [one], { maxFlaky: 0 })
  t.equal(code, 1)
  t.match(events.at(-1), { type: 'run-finished', maxFlaky: 0, counts: { flaky: 1, fail: 0 } })
})

void t.test('a pass that is not expected is tried again as well, and a failure that is expected is not', async (t) => {
  const passed = await check(wrongIn(1), [one], { finishing: expectsFailure })
  t.match(
    passed.finished.find(({ id }) => id === one.id),
    { verdict: 'flaky', earlier: [{ verdict: 'pass' }] },
  )
  const failed = await check(wrongIn(0), [one], { finishing: expectsFailure })
  t.match(
    failed.finished.find(({ id }) => id === one.id),
    { verdict: 'fail', asExpected: true, earlier: [] },
  )
  t.equal(triesOf(failed.events, one.id), 1)
})

void t.test(
  'a case that was not reached among the others and passes alone is a pass that took two tries',
  async (t) => {
    // The first connection is the one of the sanity case.
    const { code, finished } = await check({ refuses: (connection) => connection === 1 }, [one])
    t.match(
      finished.find(({ id }) => id === one.id),
      { verdict: 'pass', earlier: [{ verdict: 'blocked' }] },
    )
    t.equal(code, 0)
  },
)

void t.test('a subject that fails broadly is not asked everything again', async (t) => {
  const many = Array.from({ length: 32 }, (_, index) => echo(`case-${index}`))
  const { events, finished } = await check({ reversesEcho: () => true }, many)
  t.equal(finished.filter(({ verdict }) => verdict === 'fail').length, many.length)
  const tries = many.map(({ id }) => triesOf(events, id)).sort((left, right) => left - right)
  t.same(tries, [1, 1, ...Array.from({ length: 30 }, () => 3)])
})
