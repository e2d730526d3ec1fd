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
  t.equal(slow.limitMs('ping', 20), 48_000)
  t.equal(slow.limitMs('perf', 20), 20_000)
  t.equal(new Patience(() => 1e9).limitMs('ping', 20), 200_000)
})

t.test(
  'once enough meetings have told what they take, a load that does not slow them down waits for nobody',
  async (t) => {
    let load = 8
    const patience = new Patience(() => load)
    for (let meeting = 0; meeting < 9; meeting++) patience.took('ping', 1_000)
    t.equal(patience.limitMs('ping', 20), 160_000, 'nine are too few to know')
    patience.took('ping', 4_000)
    t.equal(patience.limitMs('ping', 20), 32_000)
    load = 16
    t.equal(patience.limitMs('ping', 20), 64_000, 'twice the load may take twice the time')
    load = 1
    t.equal(patience.limitMs('ping', 20), 32_000, 'what has been seen may come again')
    t.equal(patience.limitMs('ping', 60), 60_000, 'never less than the scenario says')
  },
)
