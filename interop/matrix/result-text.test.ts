import * as fc from 'fast-check'
import t from 'tap'
import { failedSteps, parseResult } from './result-text.ts'

t.test('the figures of a result are told by their path', async (t) => {
  t.strictSame(
    parseResult('# Measurements\nlatency:\n  handshake_plus_one_rtt: 5.011\n  ping_rtt: 0.599\n  unit: ms\n'),
    {
      'latency.handshake_plus_one_rtt': 5.011,
      'latency.ping_rtt': 0.599,
    },
  )
  t.match(parseResult('upload:\n  iterations: 10\n  median: 2.06\n  outliers: [2.02]\n  unit: Gbps\n'), {
    'upload.median': 2.06,
  })
})

t.test('the older spelling gives the same figures under the same names', async (t) => {
  t.strictSame(parseResult('{"handshakePlusOneRTTMillis":5.5,"pingRTTMilllis":0.6}'), {
    'latency.handshake_plus_one_rtt': 5.5,
    'latency.ping_rtt': 0.6,
  })
})

t.test('a result that stands among the words of a test runner is found, in either spelling', async (t) => {
  const around = (result: string): string =>
    `> aegir test\n\n  ping test: dialer\n${result}\n    ✔ pings: 5 (12ms)\n\n  1 passing\n`
  const figures = { 'latency.handshake_plus_one_rtt': 5, 'latency.ping_rtt': 0.6 }
  t.strictSame(parseResult(around('latency:\n  handshake_plus_one_rtt: 5\n  ping_rtt: 0.6\n  unit: ms')), figures)
  t.strictSame(parseResult(around('{"handshakePlusOneRTTMillis":5,"pingRTTMilllis":0.6}')), figures)
  t.equal(parseResult(around('latency: 5')), null)
})

t.test('output without figures is no result', async (t) => {
  for (const output of ['', 'hello', '[1, 2]', 'a: b', 'a: {b: [1]}', '- 1', '\t: :', 'a: .inf'])
    t.equal(parseResult(output), null, output)
})

t.test('steps that failed are named with what is said of them', async (t) => {
  t.strictSame(
    failedSteps(
      'streams:\n  half_close: ok\n  many: reset after 7\n  large_up_seconds: 0.3\npush:\n  received: false\n',
    ),
    ['streams.many: reset after 7', 'push.received: false'],
  )
  t.strictSame(failedSteps('identify:\n  agent_version: go\n  signed_peer_record: true\n'), [])
})

t.test('no output makes it throw or take long', async (t) => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (output) => void [parseResult(output), failedSteps(output)]))
  t.equal(parseResult('a: '.repeat(100_000)), null)
  t.equal(parseResult(`a: &a [1]\nb: [*a, *a]\nc: 1`), null)
})
