import t from 'tap'
import { cellFolder, cellKey, expandMatrix } from './cells.ts'
import { MatrixError } from './matrix-error.ts'
import { parseMatrix, readMatrix } from './matrix-file.ts'

const head = `
format: matrix/1
transports: { tcp: { stacked: true }, quic: { stacked: false, contract: quic-v1 } }
sets: {}
scenarios:
  ping: { about: connect and ping, seconds: 5 }
  identify: { about: tell who one is, seconds: 5, stacks: [tcp+noise+yamux] }
  wrong-key: { about: somebody else answers, seconds: 5, needs: ping, stacks: [quic] }
`
const text = `${head}
subjects:
  a:
    about: one
    transports: [tcp, quic]
    dialOnly: [quic]
    security: [noise, tls]
    muxers: [yamux]
    scenarios: [ping, identify]
    versions: [{ peer: a }]
  b:
    about: two
    transports: [tcp, quic]
    security: [noise]
    muxers: [yamux, mplex]
    scenarios: [ping]
    versions: [{ version: '1', peer: b }, { version: '2', image: 'b:2', transports: [tcp], muxers: [yamux], spelling: legacy }]
`
const ids = (source: string): readonly string[] => expandMatrix(parseMatrix(source, 'matrix.yaml')).map(({ id }) => id)

t.test(
  'a cell is there exactly where both sides have the transport, the security, the muxer and the scenario',
  async (t) => {
    t.strictSame(ids(text), [
      'ping/tcp+noise+yamux/a→a',
      'ping/tcp+noise+yamux/a→b@1',
      'ping/tcp+noise+yamux/a→b@2',
      'ping/tcp+noise+yamux/b@1→a',
      'ping/tcp+noise+yamux/b@1→b@1',
      'ping/tcp+noise+yamux/b@1→b@2',
      'ping/tcp+noise+yamux/b@2→a',
      'ping/tcp+noise+yamux/b@2→b@1',
      'ping/tcp+noise+yamux/b@2→b@2',
      'ping/tcp+noise+mplex/b@1→b@1',
      'ping/tcp+tls+yamux/a→a',
      'ping/quic/a→b@1',
      'ping/quic/b@1→b@1',
      'identify/tcp+noise+yamux/a→a',
      'wrong-key/quic/a→b@1',
      'wrong-key/quic/b@1→b@1',
    ])
  },
)

t.test('a version overrides what its subject says', async (t) => {
  const cell = expandMatrix(parseMatrix(text, 'matrix.yaml')).find(({ id }) => id === 'ping/tcp+noise+yamux/a→b@2')
  t.match(cell, {
    listener: { image: 'b:2', spelling: 'legacy', version: '2' },
    dialer: { spelling: 'unified', version: null },
  })
})

t.test('a standalone transport has neither security nor muxer and is spelled as the contract spells it', async (t) => {
  const cell = expandMatrix(parseMatrix(text, 'matrix.yaml')).find(({ id }) => id === 'ping/quic/a→b@1')
  t.match(cell?.stack, { name: 'quic', security: null, muxer: null, contractTransport: 'quic-v1' })
})

t.test('the ids of the real matrix are all different, and so are their folders', async (t) => {
  const cells = expandMatrix(readMatrix())
  t.ok(cells.length > 0)
  t.equal(new Set(cells.map(({ id }) => id)).size, cells.length)
  t.equal(new Set(cells.map(({ id }) => cellFolder(id))).size, cells.length)
  for (const { id } of cells) t.match(cellFolder(id), /^[\w.@+-]+$/)
})

t.test('a key is the first eight hexadecimal digits of the SHA-256 of a name', async (t) => {
  t.equal(cellKey('abc'), 'ba7816bf')
})

t.test('a matrix that is wrong is refused, and the message says where', async (t) => {
  const wrong: readonly (readonly [string, string])[] = [
    [text.replace('format: matrix/1', 'format: matrix/2'), '/format'],
    [text.replace('[ping, identify]', '[ping, fetch]'), 'names fetch'],
    [text.replace('transports: [tcp, quic]', 'transports: [tcp, sctp]'), 'names sctp'],
    [text.replace("version: '2'", "version: '1'"), 'twice'],
    [text.replace("{ version: '1', peer: b }", "{ version: '1' }"), 'nothing could be run'],
    [text.replace("version: '1', ", ''), 'without a name'],
    [text.replace('needs: ping', 'needs: pong'), 'names pong'],
    [text.replace('sets: {}', 'sets: { pr: { about: x, subjects: [c] } }'), 'names c'],
    [text.replace('sets: {}', 'sets: { pr: { about: x, scenarios: [c] } }'), 'names c'],
    [text.replace('seconds: 5', 'seconds: soon'), 'must be integer'],
    [text.replace('needs: ping', 'needs: ping, fault: { kind: loss }'), '/scenarios/wrong-key/fault'],
    [text.replace('about: one', 'about: one, colour: red'), ''],
    [`${text}\n  - [`, ''],
  ]
  for (const [source, message] of wrong) {
    t.not(source, text)
    try {
      parseMatrix(source, 'the-file.yaml')
      t.fail(`taken: ${message}`)
    } catch (error) {
      t.ok(error instanceof MatrixError && error.code === 'bad-matrix', message)
      t.match(String(error), 'the-file.yaml')
      t.ok(String(error).includes(message), `${String(error)} says ${message}`)
    }
  }
})
