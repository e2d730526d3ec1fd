import t from 'tap'
import { expandMatrix, type Cell } from './cells.ts'
import { addressPlace, environmentOf, type Meeting } from './contract.ts'
import { parseMatrix, type Matrix } from './matrix-file.ts'

const matrix: Matrix = parseMatrix(
  `
format: matrix/1
transports: { tcp: { stacked: true }, quic: { stacked: false, contract: quic-v1 } }
scenarios: { pnet: { about: x, seconds: 5, environment: { SCENARIO: pnet }, dialer: { PSK: a }, listener: { PSK: b } } }
sets: {}
subjects:
  a: { about: x, transports: [tcp, quic], security: [noise], muxers: [yamux], scenarios: [pnet], versions: [{ peer: a }] }
  b: { about: x, transports: [tcp, quic], security: [noise], muxers: [yamux], scenarios: [pnet], spelling: legacy, versions: [{ peer: b }] }
`,
  'matrix.yaml',
)

function meeting(id: string): Meeting & { readonly cell: Cell } {
  const cell = expandMatrix(matrix).find((one) => one.id === id)
  const scenario = matrix.scenarios['pnet']
  if (cell === undefined || scenario === undefined) throw new Error(`no cell ${id}`)
  return { cell, scenario, key: '1a2b3c4d', redis: 'redis:6379', listenOn: '0.0.0.0', seconds: 60, keyLog: null }
}

t.test('both sides of unified-testing are told what its documents say, and what the scenario adds', async (t) => {
  const told = meeting('pnet/tcp+noise+yamux/a→b')
  t.strictSame(environmentOf('dialer', told.cell.dialer, told), {
    IS_DIALER: 'true',
    REDIS_ADDR: 'redis:6379',
    TEST_KEY: '1a2b3c4d',
    TRANSPORT: 'tcp',
    LISTENER_IP: '0.0.0.0',
    DEBUG: 'false',
    TEST_TIMEOUT_SECONDS: '60',
    TEST_TIMEOUT_SECS: '60',
    SECURE_CHANNEL: 'noise',
    MUXER: 'yamux',
    SCENARIO: 'pnet',
    PSK: 'a',
  })
})

t.test('the older spelling has names of its own, and each side its own part of the scenario', async (t) => {
  const told = meeting('pnet/tcp+noise+yamux/a→b')
  t.strictSame(environmentOf('listener', told.cell.listener, { ...told, keyLog: '/evidence/keys.log' }), {
    is_dialer: 'false',
    redis_addr: 'redis:6379',
    transport: 'tcp',
    ip: '0.0.0.0',
    test_timeout_seconds: '60',
    security: 'noise',
    muxer: 'yamux',
    SCENARIO: 'pnet',
    PSK: 'b',
    SSLKEYLOGFILE: '/evidence/keys.log',
  })
})

t.test('a standalone transport is told no security and no muxer', async (t) => {
  const told = meeting('pnet/quic/a→b')
  const environment = environmentOf('dialer', told.cell.dialer, told)
  t.equal(environment['TRANSPORT'], 'quic-v1')
  t.notOk('SECURE_CHANNEL' in environment || 'MUXER' in environment)
})

t.test('each spelling leaves the address at its own place', async (t) => {
  t.strictSame(addressPlace('unified', '1a2b3c4d'), { kind: 'value', key: '1a2b3c4d_listener_multiaddr' })
  t.strictSame(addressPlace('legacy', '1a2b3c4d'), { kind: 'list', key: 'listenerAddr' })
})
