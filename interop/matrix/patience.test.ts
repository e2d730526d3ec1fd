import t from 'tap'
import { Patience } from './patience.ts'

t.test('an idle machine is given what the scenario says', async (t) => {
  t.equal(new Patience(() => 0.2).limitMs('ping', 20), 20_000)
})

t.test('a busy machine, and one whose meetings took long, is given more, but not without end', async (t) => {
  t.equal(new Patience(() => 2.5).limitMs('ping', 20), 50_000)
  const slow = new Patience(() => 0)
  slow.took('ping', 6_000)
  slow.took('ping', 2_000)
  t.equal(slow.limitMs('ping', 20), 36_000)
  t.equal(slow.limitMs('perf', 20), 20_000)
  t.equal(new Patience(() => 1e9).limitMs('ping', 20), 200_000)
})
