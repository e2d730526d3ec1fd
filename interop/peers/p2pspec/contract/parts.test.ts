import { deepStrictEqual } from 'node:assert/strict'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import t from 'tap'
import { parse } from 'yaml'
import { chooseSetup, loadTransport } from '../setup.ts'
import { readEnvironment } from './environment.ts'
import { addressToTell } from './own-address.ts'
import { toYaml, type ResultValue } from './result-yaml.ts'
import { summaryOf } from './statistics.ts'

const transportTest = { IS_DIALER: 'true', REDIS_ADDR: 'transport-redis:6379', TEST_KEY: 'a5b50d5e', TRANSPORT: 'tcp' }

await t.test('the environment of unified-testing is read as its documents have it', (t) => {
  const settings = readEnvironment({ ...transportTest, SECURE_CHANNEL: 'noise', MUXER: 'yamux', DEBUG: 'false' })
  t.match(settings, {
    spelling: 'unified-testing',
    isDialer: true,
    redis: { host: 'transport-redis', port: 6379 },
    addressKey: 'a5b50d5e_listener_multiaddr',
    scenario: 'ping',
    listenerIp: '0.0.0.0',
    setup: { transport: 'tcp', security: 'noise', muxer: 'yamux' },
  })
  t.end()
})

await t.test('bytes to move make it the perf test, and iterations that are null are the default', (t) => {
  const perf = { ...transportTest, UPLOAD_BYTES: '1000', DOWNLOAD_BYTES: '2000', UPLOAD_ITERATIONS: 'null' }
  const settings = readEnvironment({ ...perf, DOWNLOAD_ITERATIONS: '3', LATENCY_ITERATIONS: '' })
  t.equal(settings.scenario, 'perf')
  t.strictSame(settings.perf, {
    uploadBytes: 1000,
    downloadBytes: 2000,
    uploadIterations: 10,
    downloadIterations: 3,
    latencyIterations: 100,
  })
  t.equal(readEnvironment({ ...perf, SCENARIO: 'streams' }).scenario, 'streams', 'a scenario that is named comes first')
  t.end()
})

await t.test('the environment of test-plans is read in its spelling, and QUIC has no security of its own there', (t) => {
  const legacy = { is_dialer: 'false', transport: 'quic-v1', security: 'noise', muxer: 'yamux', ip: '::' }
  t.match(readEnvironment(legacy), {
    spelling: 'test-plans',
    isDialer: false,
    redis: { host: 'redis', port: 6379 },
    addressKey: 'listenerAddr',
    listenerIp: '::',
    timeoutMs: 180_000,
    setup: { transport: 'quic-v1', security: undefined, muxer: undefined },
  })
  t.end()
})

await t.test('an environment that lacks something, or has nonsense in it, is refused by the name of the variable', (t) => {
  for (const [variable, value] of [
    ['TEST_KEY', ''],
    ['TRANSPORT', undefined],
    ['REDIS_ADDR', 'nowhere'],
    ['IS_DIALER', 'perhaps'],
    ['LATENCY_ITERATIONS', '-1'],
    ['UPLOAD_BYTES', '1e99'],
    ['PSK', 'abc'],
  ] as const) {
    const message = variable === 'REDIS_ADDR' ? /Redis/ : new RegExp(variable)
    t.throws(() => readEnvironment({ ...transportTest, [variable]: value }), { message }, variable)
  }
  t.end()
})

await t.test('a node that listens on all addresses tells the first that others reach', (t) => {
  const interfaces = [
    { family: 'IPv4', address: '127.0.0.1', internal: true },
    { family: 'IPv6', address: 'fe80::1', internal: false },
    { family: 'IPv4', address: '172.18.0.3', internal: false },
    { family: 'IPv6', address: 'fd00::3', internal: false },
  ]
  t.equal(addressToTell(['/ip4/0.0.0.0/tcp/1/ws/p2p/x'], interfaces), '/ip4/172.18.0.3/tcp/1/ws/p2p/x')
  t.equal(addressToTell(['/ip6/::/tcp/1/p2p/x'], interfaces), '/ip6/fd00::3/tcp/1/p2p/x')
  t.equal(addressToTell(['/ip4/127.0.0.1/tcp/1', '/ip4/10.0.0.1/tcp/1'], interfaces), '/ip4/10.0.0.1/tcp/1')
  t.equal(addressToTell(['/ip4/127.0.0.1/tcp/1'], interfaces), '/ip4/127.0.0.1/tcp/1', 'what it was told to listen on')
  t.throws(() => addressToTell(['/ip6/::/tcp/1'], interfaces.slice(0, 2)), { message: /no IPv6 address/ })
  t.throws(() => addressToTell([], interfaces), { message: /listens nowhere/ })
  t.end()
})

await t.test('quartiles, outliers and range of samples are those that the documents define', (t) => {
  t.match(summaryOf([5, 1, 4, 2, 3, 100], 'ms'), {
    iterations: 6,
    min: 1,
    q1: 2.25,
    median: 3.5,
    q3: 4.75,
    max: 5,
    outliers: [100],
    samples: [1, 2, 3, 4, 5, 100],
    unit: 'ms',
  })
  t.end()
})

await t.test('every result is read back from its YAML as it was written', (t) => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const list = fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 5 })
  const name = fc.stringMatching(/^[a-z][a-z_]{0,9}$/).filter((text) => !['null', 'true', 'false', '__proto__'].includes(text))
  const inner = fc.dictionary(name, scalar, { minKeys: 1, noNullPrototype: true })
  const document = fc.dictionary(name, fc.oneof(scalar, list, inner), { noNullPrototype: true })
  fc.assert(
    fc.property(document, (value: Readonly<Record<string, ResultValue>>) => {
      deepStrictEqual(parse(toYaml(value)) ?? {}, value)
    }),
  )
  t.end()
})

await t.test('the library of WebSockets is loaded before a dial over them, and not for another transport', async (t) => {
  const isLoaded = (): boolean =>
    Object.keys(createRequire(import.meta.url).cache).some((file) => /[/\\]node_modules[/\\]ws[/\\]/.test(file))
  chooseSetup({ transport: 'tcp' })
  await loadTransport()
  t.notOk(isLoaded())
  chooseSetup({ transport: 'wss' })
  await loadTransport()
  t.ok(isLoaded())
})
