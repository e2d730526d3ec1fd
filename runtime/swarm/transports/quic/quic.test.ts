import { equal, ok } from 'node:assert/strict'
import { multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { MuxedStream, MuxerSession } from '@p2pspec/generated/interfaces/stream-muxer'
import type { MuxedConnection, TransportListener } from '@p2pspec/generated/interfaces/transport'
import t from 'tap'
import { generatePrivateKey } from '../../../crypto/keys.ts'
import { peerIdFromPublicKey } from '../../../crypto/peer-id.ts'
import { QuicError } from './quic-error.ts'
import { quiche } from './quiche/quiche-library.ts'
import { quic, type QuicOptions } from './quic.ts'
import { UdpRelay } from './udp-relay.ts'

t.setTimeout(120_000)

const anyPort = multiaddr('/ip4/127.0.0.1/udp/0/quic-v1')
/** Sessions hand their connection through and never ask it anything. */
const nobody = {} as Connection
const patienceMs = 20_000
/** Everything holds with either library. */
const libraries: Readonly<Record<string, Pick<QuicOptions, 'library'>>> = { quinn: {}, quiche: { library: quiche } }

interface Accepted {
  readonly made: MuxedConnection
  readonly session: MuxerSession
  readonly streams: MuxedStream[]
  readonly ended: Promise<Error | undefined>
}

function started(made: MuxedConnection): Accepted {
  const streams: MuxedStream[] = []
  const { promise: ended, resolve: onClosed } = Promise.withResolvers<Error | undefined>()
  const onStream = (stream: MuxedStream): void => void streams.push(stream)
  const session = made.start(nobody, { onStream, onStreamClosed: () => undefined, onClosed })
  return { made, session, streams, ended }
}

interface Listening {
  readonly listener: TransportListener
  readonly address: string
  readonly port: number
  readonly accepted: Accepted[]
}

async function listening(options: Partial<QuicOptions>): Promise<Listening> {
  const accepted: Accepted[] = []
  const transport = quic({ privateKey: generatePrivateKey(), ...options })
  const listener = await transport.listen(anyPort, (made) => accepted.push(started(made)))
  const address = listener.addresses[0]?.toString() ?? ''
  return { listener, address, port: Number(address.split('/')[4]), accepted }
}

async function dialled(address: string, options: Partial<QuicOptions>): Promise<Accepted> {
  return started(await quic({ privateKey: generatePrivateKey(), ...options }).dial(multiaddr(address)))
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + patienceMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`${what} did not come in ${patienceMs} ms`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Rejects with the reason for which the stream takes no more. */
async function writeForEver(stream: MuxedStream): Promise<never> {
  for (;;) {
    await stream.write(new Uint8Array(4_000))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function readAll(stream: MuxedStream): Promise<number> {
  let total = 0
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) total += chunk.byteLength
  return total
}

t.test('knows its own addresses, of version 1 and no other [QUIC-ADDRESS-1] [QUIC-VERSION-2]', async (t) => {
  const transport = quic({ privateKey: generatePrivateKey() })
  const is = (text: string): boolean[] => [transport.canDial(multiaddr(text)), transport.canListen(multiaddr(text))]
  t.same(is('/ip4/1.2.3.4/udp/1/quic-v1'), [true, true])
  t.same(is('/ip6/::1/udp/1/quic-v1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'), [true, true])
  for (const other of [
    '/ip4/1.2.3.4/udp/1/quic',
    '/ip4/1.2.3.4/udp/1',
    '/ip4/1.2.3.4/tcp/1',
    '/ip4/1.2.3.4/udp/1/quic-v1/webtransport',
    '/dns4/example.com/udp/1/quic-v1',
  ])
    t.same(is(other), [false, false], other)
  await t.rejects(transport.dial(multiaddr('/ip4/1.2.3.4/udp/1/quic')), { code: 'unsupported-address' })
})

t.test('both sides know who the other one is before anybody sees the connection [QUIC-AUTH-1]', async (t) => {
  for (const type of ['ed25519', 'secp256k1', 'rsa'] as const) {
    const [one, other] = [generatePrivateKey(type, { rsaBits: 2048 }), generatePrivateKey(type, { rsaBits: 2048 })]
    const { listener, address, accepted } = await listening({ privateKey: one })
    const near = await dialled(address, { privateKey: other })
    await until(() => accepted.length === 1, 'the connection at the listener')
    t.ok(near.made.remotePeer.equals(peerIdFromPublicKey(one.publicKey)), type)
    t.ok(accepted[0]?.made.remotePeer.equals(peerIdFromPublicKey(other.publicKey)), type)
    near.session.abort()
    await listener.close()
  }
})

t.test('an identity that the library cannot use is refused with what to do', async (t) => {
  const transport = quic({ privateKey: generatePrivateKey('ecdsa') })
  await t.rejects(
    transport.listen(anyPort, () => undefined),
    { code: 'unsupported-address', message: /ecdsa.*use an/ },
  )
})

for (const [name, which] of Object.entries(libraries)) {
  t.test(`${name}: a graceful end lets everything arrive that was written before it [QUIC-CLOSE-1]`, async (t) => {
    const { listener, address, accepted } = await listening(which)
    const near = await dialled(address, which)
    const stream = near.session.openStream()
    stream.writeNow(new Uint8Array(3_000_000))
    stream.closeWriteNow()
    await until(() => accepted[0]?.streams.length === 1, 'the stream')
    const far = accepted[0]?.streams[0]
    ok(far !== undefined)
    const [received] = await Promise.all([readAll(far), near.session.close()])
    t.equal(received, 3_000_000)
    t.equal(await accepted[0]?.ended, undefined, 'the other side sees no fault in it')
    t.equal(await near.ended, undefined)
    t.throws(() => near.session.openStream(), { code: 'session-closed' })
    await listener.close()
  })

  t.test(`${name}: a stream that its opener wants nothing of can still be answered [QUIC-STREAM-2]`, async (t) => {
    const { listener, address, accepted } = await listening(which)
    const near = await dialled(address, which)
    const stream = near.session.openStream()
    stream.writeNow(new Uint8Array(500))
    await stream.close()
    await until(() => accepted[0]?.streams.length === 1, 'the stream')
    const far = accepted[0]?.streams[0]
    ok(far !== undefined)
    far.writeNow(new Uint8Array(30))
    t.equal(await readAll(far), 500)
    far.writeNow(new Uint8Array(30))
    far.closeWriteNow()
    t.equal(await far.closed, undefined)
    t.equal(await stream.closed, undefined)
    near.session.abort()
    await listener.close()
  })

  t.test(`${name}: a close that the remote does not let happen ends in time, with an error`, async (t) => {
    const { listener, address, accepted } = await listening(which)
    const near = await dialled(address, which)
    const stream = near.session.openStream()
    stream.writeNow(new Uint8Array(4_000))
    await until(() => accepted[0]?.streams.length === 1, 'the stream')
    accepted[0]?.streams[0]?.pause()
    await filled(stream, limits.quic.streamWindowBytes)
    stream.writeNow(new Uint8Array(500_000))
    await near.session.close()
    t.match(await near.ended, { code: 'session-closed', message: /did not take what was queued/ })
    await listener.close()
  })

  t.test(
    `${name}: a remote that only stops reading leaves the other way open; a reset ends both [QUIC-STREAM-2]`,
    async (t) => {
      const { listener, address, accepted } = await listening(which)
      const near = await dialled(address, which)
      const stream = near.session.openStream()
      stream.writeNow(new Uint8Array(10))
      await until(() => accepted[0]?.streams.length === 1, 'the stream')
      const far = accepted[0]?.streams[0]
      ok(far !== undefined)
      t.equal((await far.read())?.byteLength, 10)
      far.closeRead()
      // The library stops a stream with the next bytes that come on it.
      await t.rejects(writeForEver(stream), { code: 'stream-stopped' })
      t.throws(() => stream.writeNow(new Uint8Array(1)), { code: 'stream-stopped' })
      far.writeNow(new Uint8Array(20))
      far.closeWriteNow()
      t.equal(await readAll(stream), 20)
      t.equal(await stream.closed, undefined)

      const second = near.session.openStream()
      second.writeNow(new Uint8Array(10))
      await until(() => accepted[0]?.streams.length === 2, 'the second stream')
      second.reset()
      const error = await accepted[0]?.streams[1]?.closed
      t.ok(error instanceof QuicError && error.code === 'stream-reset' && error.remoteCode === 0)
      near.session.abort()
      await listener.close()
    },
  )

  t.test(
    `${name}: a remote pins no more than the windows, and opens no more streams than it may [QUIC-LIMIT-2]`,
    async (t) => {
      const { listener, address, accepted } = await listening(which)
      const near = await dialled(address, which)
      const { connectionWindowBytes, maxUnreadBytes, maxConcurrentStreams, maxWaitingStreams } = limits.quic
      const streams = Array.from({ length: 4 }, () => near.session.openStream())
      for (const stream of streams) stream.writeNow(new Uint8Array(4_000))
      await until(() => accepted[0]?.streams.length === 4, 'four streams')
      for (const stream of accepted[0]?.streams ?? []) stream.pause()
      let total = 0
      for (const stream of streams) total += await filled(stream, 0)
      t.ok(total <= connectionWindowBytes + 4 * (maxUnreadBytes + 700_000), `${total} bytes were taken`)

      for (let count = 4; count < maxConcurrentStreams; count += 1) near.session.openStream().closeWriteNow()
      await until(() => accepted[0]?.streams.length === maxConcurrentStreams, 'as many streams as one may have')
      for (let count = 0; count < maxWaitingStreams; count += 1) near.session.openStream().closeWriteNow()
      t.throws(() => near.session.openStream(), { code: 'too-many-streams' })
      await new Promise((resolve) => setTimeout(resolve, 100))
      t.equal(accepted[0]?.streams.length, maxConcurrentStreams)
      near.session.abort()
      await listener.close()
    },
  )

  t.test(
    `${name}: a silent path ends a connection after the idle timeout, an idle one stays [QUIC-IDLE-1]`,
    async (t) => {
      const idleTimeoutMs = 1_500
      const { listener, port, accepted } = await listening({ ...which, idleTimeoutMs })
      const relay = await UdpRelay.to(port)
      const near = await dialled(relay.address, { ...which, idleTimeoutMs })
      await until(() => accepted.length === 1, 'the connection at the listener')
      let isOver = false
      void near.ended.then(() => (isOver = true))
      // Time is the subject here: three idle timeouts in which nobody says anything.
      await new Promise((resolve) => setTimeout(resolve, 3 * idleTimeoutMs))
      t.equal(isOver, false, 'a connection on which nobody speaks stays')
      const stream = near.session.openStream()
      relay.lets = () => false
      stream.writeNow(new Uint8Array(100))
      t.match(await near.ended, { code: 'connection-lost', message: /idle timeout/ })
      t.match(await accepted[0]?.ended, { code: 'connection-lost' })
      t.match(await stream.closed, { code: 'connection-lost' })
      relay.close()
      await listener.close()
    },
  )

  t.test(`${name}: handshakes that are begun and not ended hold up nobody else [QUIC-LIMIT-1]`, async (t) => {
    const { listener, address, port, accepted } = await listening(which)
    const relay = await UdpRelay.to(port)
    // The listener's answers get lost: each of these dials is a handshake that waits for its second half.
    relay.lets = (fromDialler) => fromDialler
    const transport = quic({ ...which, privateKey: generatePrivateKey(), handshakeTimeoutMs: 60_000 })
    const give = new AbortController()
    const dials = Array.from({ length: 50 }, async () => {
      await t.rejects(transport.dial(multiaddr(relay.address), { signal: give.signal }), { message: 'enough' })
    })
    await new Promise((resolve) => setTimeout(resolve, 300))
    const near = await dialled(address, which)
    await until(() => accepted.length === 1, 'the one that ends its handshake')
    give.abort(new Error('enough'))
    await Promise.all(dials)
    near.session.abort()
    transport.stop()
    relay.close()
    await listener.close()
  })

  t.test(
    'a port in use, an address of another machine and a dial that times out are told with their reasons',
    async (t) => {
      const { listener, address } = await listening(which)
      const transport = quic({ ...which, privateKey: generatePrivateKey(), handshakeTimeoutMs: 200 })
      await t.rejects(
        transport.listen(multiaddr(address), () => undefined),
        {
          code: 'address-in-use',
          message: /127\.0\.0\.1 port \d+/,
        },
      )
      const elsewhere = multiaddr('/ip4/192.0.2.7/udp/0/quic-v1')
      await t.rejects(
        transport.listen(elsewhere, () => undefined),
        { code: 'address-in-use' },
      )
      const nobodyThere = multiaddr('/ip4/127.0.0.1/udp/9/quic-v1')
      await t.rejects(transport.dial(nobodyThere), {
        code: 'timeout',
        message: /\/udp\/9\/quic-v1 as QUIC within 200 ms/,
      })
      t.equal(transport.openCount, 0)
      await listener.close()
    },
  )
}

t.test('quiche dials by the port of its listener, as hole punching needs it', async (t) => {
  const { listener, address, accepted } = await listening({ library: quiche })
  const transport = quic({ privateKey: generatePrivateKey(), library: quiche })
  const own = await transport.listen(anyPort, () => undefined)
  const near = started(await transport.dial(multiaddr(address)))
  await until(() => accepted.length === 1, 'the connection at the listener')
  t.equal(accepted[0]?.made.remoteAddress.toString(), own.addresses[0]?.toString())
  t.equal(near.made.localAddress?.toString(), own.addresses[0]?.toString())
  near.session.abort()
  await own.close()
  await listener.close()
})

/** Writes until `atLeast` bytes went in and nothing more is taken for half a second; how many bytes went in. */
async function filled(stream: MuxedStream, atLeast: number): Promise<number> {
  const chunk = new Uint8Array(65_536)
  for (let written = chunk.byteLength; ; written += chunk.byteLength) {
    const taken = stream.write(chunk)
    if (taken === undefined) continue
    const quiet = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 500))
    while (await Promise.race([taken.then(() => false), quiet])) if (written >= atLeast) return written
    equal(stream.writeStatus, 'open')
  }
}
