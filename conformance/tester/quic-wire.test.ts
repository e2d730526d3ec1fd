import { existsSync, readdirSync } from 'node:fs'
import t from 'tap'
import { caseKeys } from './case-keys.ts'
import { TesterConnection } from './connection.ts'
import { QuicStream } from './quic-stream.ts'
import { QuicWire } from './quic-wire.ts'
import type { TlsAlteration } from './tls-session.ts'
import { Transcript } from './transcript.ts'

t.setTimeout(120_000)

const WAIT_MS = 20_000
const PING = '/ipfs/ping/1.0.0'

/** Of this process, where the system tells. */
const openDescriptors = (): number => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0)

interface Pair {
  readonly dialer: TesterConnection
  readonly listener: TesterConnection
}

/** Two testers that meet over UDP; the listener's handshake may be altered. */
async function meet(alteration: TlsAlteration = {}): Promise<Pair & { readonly kinds: readonly string[] }> {
  const point = await QuicWire.listen('127.0.0.1')
  const wire = await QuicWire.dial(point.local, new Transcript())
  t.teardown(() => {
    wire.destroy()
    point.destroy()
  })
  const dialer = new TesterConnection(wire, 'dialer', caseKeys(1, 'dialer'), new Transcript(), WAIT_MS)
  const listener = new TesterConnection(point, 'listener', caseKeys(1, 'listener'), new Transcript(), WAIT_MS)
  listener.claims.holdPings = false
  const dialled = dialer.quicHandshake()
  t.ok(await point.greeted(WAIT_MS))
  const kinds = (await Promise.all([dialled, listener.quicHandshake(alteration)])).map(({ kind }) => kind)
  if (kinds.every((kind) => kind === 'done')) {
    dialer.startSession()
    listener.startSession()
  }
  return { dialer, listener, kinds }
}

/** Whether a fresh stream is served. */
async function echoes(connection: TesterConnection): Promise<boolean> {
  const stream = await connection.openStream(PING)
  stream.write(new Uint8Array(32))
  return await stream.inbox.has(32, WAIT_MS)
}

t.test('two testers meet over QUIC, each sees who the other is, and pings are echoed', async (t) => {
  const { dialer, listener } = await meet()
  t.equal(dialer.subject?.peerId, listener.keys.identity.peerId)
  t.equal(listener.subject?.peerId, dialer.keys.identity.peerId)
  const stream = await dialer.openStream(PING)
  stream.write(new Uint8Array(32).fill(9))
  t.ok(await stream.inbox.has(32, WAIT_MS))
  t.same(
    [...stream.inbox.take(32)],
    Array.from({ length: 32 }, () => 9),
  )
  stream.end()
  await stream.inbox.watch.until(() => stream.inbox.state !== 'open', WAIT_MS)
  t.equal(stream.inbox.state, 'ended', 'the end of one way leaves the other open until it ends too')
  t.ok(await echoes(dialer))
})

t.test('a reset and a stop arrive with their codes, and the connection goes on', async (t) => {
  const { dialer, listener } = await meet()
  const arrived: QuicStream[] = []
  listener.claims.raw = (stream) => stream instanceof QuicStream && arrived.push(stream) > 0
  const first = dialer.quicSession.openStream()
  first.write(Uint8Array.of(1))
  const second = dialer.quicSession.openStream()
  second.write(Uint8Array.of(2))
  await listener.session.watch.until(() => arrived.length === 2, WAIT_MS)
  first.resetWriting(7777)
  second.stopReading(9_007_199_254_740_991)
  await listener.session.watch.until(() => arrived[0]?.inbox.state !== 'open', WAIT_MS)
  t.equal(arrived[0]?.resetCode, 7777)
  arrived[1]?.write(Uint8Array.of(3))
  await listener.session.watch.until(() => arrived[1]?.stopCode !== null, WAIT_MS)
  t.equal(arrived[1]?.stopCode, 9_007_199_254_740_991)
  t.equal(dialer.session.state, 'open')
})

t.test('streams that are held are not read, and those opened later are', async (t) => {
  const { dialer } = await meet()
  const held = await dialer.openStream(PING)
  dialer.holdWindows()
  held.write(new Uint8Array(32))
  t.ok(await echoes(dialer))
  t.equal(held.inbox.length, 0)
})

t.test('who takes leave ends every stream of both sides', async (t) => {
  const { dialer, listener } = await meet()
  const stream = await dialer.openStream(PING)
  dialer.close()
  t.equal(stream.inbox.state, 'reset')
  await listener.session.watch.until(() => listener.session.state !== 'open', WAIT_MS)
  t.equal(listener.session.state, 'ended', 'code 0 says that nothing is wrong')
  t.equal(listener.wire.inbox.state, 'ended')
})

t.test(
  'a packet that the tester seals itself is opened: a datagram to a side that takes none ends the connection',
  async (t) => {
    const point = await QuicWire.listen('127.0.0.1')
    const wire = await QuicWire.dial(point.local, new Transcript())
    t.teardown(() => {
      wire.destroy()
      point.destroy()
    })
    const dialer = new TesterConnection(wire, 'dialer', caseKeys(1, 'dialer'), new Transcript(), WAIT_MS)
    const listener = new TesterConnection(point, 'listener', caseKeys(1, 'listener'), new Transcript(), WAIT_MS)
    const raising = dialer.raiseQuicForFrames()
    t.ok(await point.greeted(WAIT_MS))
    await listener.raiseQuic()
    const sendFrames = await raising
    dialer.startSession()
    listener.startSession()
    sendFrames(Uint8Array.of(0x31, 2, 0xaa, 0xbb))
    await dialer.session.watch.until(() => dialer.session.state !== 'open', WAIT_MS)
    t.match(wire.fault, { isApp: false, errorCode: 10 })
  },
)

t.test('a listener with another application protocol ends the handshake', async (t) => {
  const { dialer, kinds } = await meet({ applications: ['h3'] })
  t.same(kinds, ['ended', 'ended'])
  t.equal(dialer.wire.inbox.state, 'reset')
})

t.test('what needs the bytes of TCP says that it is not for QUIC', async (t) => {
  const { dialer } = await meet()
  t.throws(() => dialer.socket, { code: 'unsupported' })
  t.throws(() => dialer.yamux, { code: 'unsupported' })
})

t.test('a host without an address, and one that no socket reaches, are refused and leave no socket', async (t) => {
  const refused = { name: 'TesterError', code: 'refused' }
  await t.rejects(QuicWire.dial({ host: 'no-such-host.invalid', port: 1 }, new Transcript()), refused)
  const before = openDescriptors()
  for (let time = 0; time < 10; time += 1) await t.rejects(QuicWire.listen('192.0.2.1'), refused)
  await new Promise((resolve) => setImmediate(resolve))
  t.ok(openDescriptors() < before + 10, `${openDescriptors()} descriptors after, ${before} before`)
})

t.test('of a flood of datagrams before a connection no more is kept than is looked at', async (t) => {
  const point = await QuicWire.listen('127.0.0.1')
  const wire = await QuicWire.dial(point.local, new Transcript())
  t.teardown(() => {
    wire.destroy()
    point.destroy()
  })
  let sent = 0
  while (point.heads.length < 1000) {
    wire.write(Uint8Array.of(sent & 0xff))
    sent += 1
    if (sent % 50 === 0) await point.arrival.until(() => false, 1)
  }
  for (let more = 0; more < 200; more += 1) wire.write(Uint8Array.of(0xaa))
  await point.arrival.until(() => false, 100)
  t.equal(point.datagrams.length, 1000)
})
