import { connect, createSecureContext, TLSSocket } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import { once } from 'node:events'
import t from 'tap'
import type { SecureChannel } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import { toNodeStream } from '@p2pspec/runtime/core/node-stream'
import { pair } from '@p2pspec/runtime/core/pair'
import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { forgeCertificate, offences } from './forged-certificate.ts'
import { makeCertificate, type OwnCertificate } from './own-certificate.ts'
import { TlsError } from './tls-error.ts'
import { tls } from './tls.ts'

const [clientKey, serverKey] = [generatePrivateKey('ed25519'), generatePrivateKey('ed25519')]
const [clientPeer, serverPeer] = [peerIdFromPublicKey(clientKey.publicKey), peerIdFromPublicKey(serverKey.publicKey)]
const client = tls({ privateKey: clientKey })
const server = tls({ privateKey: serverKey })
const nowMs = Date.now()
const yamux = '/yamux/1.0.0'

void t.test(
  'both sides know each other, and the muxer is the first of the client that the server has [TLS-AUTH-1] [TLS-MUX-1] [TLS-MUX-2] [TLS-MUX-3]',
  async (t) => {
    const [near, far] = await secured([yamux, '/mplex/6.7.0'], ['/mplex/6.7.0', yamux])
    t.ok(near.remotePeer.equals(serverPeer))
    t.ok(far.remotePeer.equals(clientPeer))
    t.same(near.remotePublicKey, serverKey.publicKey.encode())
    t.equal(near.muxer, yamux)
    t.equal(far.muxer, yamux)
  },
)

void t.test(
  'without a muxer in common libp2p is chosen, and the muxer is left to a later negotiation [TLS-ALPN-1] [TLS-MUX-4]',
  async (t) => {
    const [near, far] = await secured(['/mplex/6.7.0'], [yamux])
    t.equal(near.muxer, undefined)
    t.equal(far.muxer, undefined)
  },
)

void t.test(
  'carries bytes both ways whole and in order, holds back a writer, and ends one direction at a time',
  async (t) => {
    const [near, far] = await secured()
    const sent = new Uint8Array(5_000_000).map((_, index) => (index * 31) >>> 3)
    const there = collect(far.channel)
    let full = false
    const drained = new Promise<void>((resolve) => {
      near.channel.consume({
        push: () => t.fail('nothing was answered'),
        end: () => undefined,
        fail: () => undefined,
        drain: resolve,
      })
    })
    for (let at = 0; at < sent.length; at += 70_000)
      full = !near.channel.writeNow(sent.subarray(at, at + 70_000)) || full
    t.ok(full, 'five megabytes at once are over the high-water mark')
    await drained
    near.channel.closeWriteNow()
    t.throws(() => near.channel.writeNow(Uint8Array.of(1)), { code: 'write-closed' })
    t.ok(Buffer.from(await there).equals(sent))
    const back = collect(near.channel)
    far.channel.writeNow(Uint8Array.of(1, 2, 3))
    far.channel.closeWriteNow()
    t.same(await back, Uint8Array.of(1, 2, 3), 'the other direction stayed open')
  },
)

void t.test('a paused reader gets nothing more than a helping, and everything when it goes on', async (t) => {
  const [near, far] = await secured()
  let received = 0
  const all = new Promise<void>((resolve) => {
    far.channel.consume({
      push: (chunk) => {
        received += chunk.length
        if (received === 3_000_000) resolve()
      },
      end: () => undefined,
      fail: () => undefined,
    })
  })
  far.channel.pause()
  near.channel.writeNow(new Uint8Array(3_000_000))
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  t.equal(received, 0)
  far.channel.resume()
  await all
  t.equal(received, 3_000_000)
})

void t.test('a reset fails both sides', async (t) => {
  const [near, far] = await secured()
  const failure = failed(far.channel)
  near.channel.reset()
  t.ok((await failure) instanceof Error)
  t.throws(() => near.channel.writeNow(Uint8Array.of(1)), { code: 'write-closed' })
})

for (const [code, what, forgery] of offences(serverKey, nowMs)) {
  void t.test(`refuses a certificate ${what}, on both sides: ${code}`, async (t) => {
    const forger = tls({ privateKey: serverKey, certificate: forgeCertificate(serverKey, nowMs, forgery) })
    const [one, other] = pair()
    const theirs = forger.secureInbound(other).catch(() => undefined)
    await t.rejects(client.secureOutbound(one), { name: 'TlsError', code }, 'a server that shows it')
    resetIfSecured(await theirs)
    const [left, right] = pair()
    const forged = forger.secureOutbound(left).catch(() => undefined)
    await t.rejects(server.secureInbound(right), { name: 'TlsError', code }, 'a client that shows it')
    resetIfSecured(await forged)
  })
}

void t.test('refuses two certificates, on both sides (RUSTSEC-2023-0052) [TLS-CHAIN-2] [TLS-CHAIN-1]', async (t) => {
  const own = makeCertificate(serverKey, nowMs)
  const another = makeCertificate(serverKey, nowMs)
  const certificate: OwnCertificate = { ...own, certificatePem: own.certificatePem + another.certificatePem }
  const forger = tls({ privateKey: serverKey, certificate })
  const [one, other] = pair()
  const theirs = forger.secureInbound(other).catch(() => undefined)
  await t.rejects(client.secureOutbound(one), { code: 'many-certificates' })
  await theirs
  const [left, right] = pair()
  const forged = forger.secureOutbound(left).catch(() => undefined)
  await t.rejects(server.secureInbound(right), { code: 'many-certificates' })
  resetIfSecured(await forged)
})

void t.test('refuses another peer than the one expected [TLS-PEER-1]', async (t) => {
  const [one, other] = pair()
  const theirs = server.secureInbound(other)
  await t.rejects(client.secureOutbound(one, { remotePeer: clientPeer }), { code: 'wrong-peer' })
  await theirs.then(
    ({ channel }) => failed(channel),
    () => undefined,
  )
  const [left, right] = pair()
  const outbound = client.secureOutbound(left)
  await t.rejects(server.secureInbound(right, { remotePeer: serverPeer }), { code: 'wrong-peer' })
  await outbound.then(({ channel }) => failed(channel))
})

void t.test(
  'a client without a certificate is refused, and what it sent is not worked on (py-libp2p #1345) [TLS-AUTH-2] [TLS-EARLY-1]',
  async (t) => {
    const { inbound, raw } = rawClient({ ALPNProtocols: ['libp2p'] })
    raw.write('hello')
    await t.rejects(inbound, { code: 'no-certificate' })
  },
)

void t.test('a client that offers other protocols alone is refused with an alert [TLS-ALPN-2]', async (t) => {
  const { inbound, rawError } = rawClient({ ALPNProtocols: ['h2'] })
  await t.rejects(inbound, { code: 'no-common-protocol' })
  t.match(await rawError, { code: /ALERT_NO_APPLICATION_PROTOCOL/ })
})

void t.test('no version but TLS 1.3 is spoken, on both sides [TLS-VER-1]', async (t) => {
  const { inbound, rawError } = rawClient({ ALPNProtocols: ['libp2p'], maxVersion: 'TLSv1.2' })
  await t.rejects(inbound, { code: 'malformed' })
  t.match(await rawError, { code: /ALERT_PROTOCOL_VERSION/ })
  const { outbound } = rawServer({ maxVersion: 'TLSv1.2' })
  const error = await outbound.catch((reason: unknown) => reason)
  t.ok(error instanceof TlsError && ['malformed', 'refused'].includes(error.code))
})

void t.test('a client that offers nothing is served, its muxer to be negotiated', async (t) => {
  const own = makeCertificate(clientKey, nowMs)
  const { inbound, raw } = rawClient({ cert: own.certificatePem, key: own.privateKeyPem })
  const { muxer, remotePeer } = await inbound
  t.equal(muxer, undefined)
  t.ok(remotePeer.equals(clientPeer))
  raw.destroy()
})

void t.test('a client names no server, and a server passes over a name [TLS-SNI-1] [TLS-SNI-2]', async (t) => {
  const { outbound, raw } = rawServer({})
  const { channel } = await outbound
  t.notOk(raw.servername)
  channel.reset()
  const own = makeCertificate(clientKey, nowMs)
  const second = rawClient({
    cert: own.certificatePem,
    key: own.privateKeyPem,
    servername: 'example.org',
    ALPNProtocols: ['libp2p'],
  })
  t.ok((await second.inbound).remotePeer.equals(clientPeer))
  second.raw.destroy()
})

void t.test('no session is resumed, though the client asks for it [TLS-RESUME-1]', async (t) => {
  const own = makeCertificate(clientKey, nowMs)
  const options = { cert: own.certificatePem, key: own.privateKeyPem, ALPNProtocols: ['libp2p'] }
  const first = rawClient(options)
  const session = once(first.raw, 'session')
  const { channel } = await first.inbound
  channel.writeNow(Uint8Array.of(1))
  const [ticket] = (await Promise.race([session, once(first.raw, 'data').then(() => [first.raw.getSession()])])) as [
    Buffer,
  ] // what both promises hold
  first.raw.destroy()
  const second = rawClient({ ...options, session: ticket })
  t.ok((await second.inbound).remotePeer.equals(clientPeer), 'it shows its certificate again')
  t.equal(second.raw.isSessionReused(), false)
  second.raw.destroy()
})

void t.test('what is no TLS is refused, and an end in the middle too', async (t) => {
  for (const bytes of [new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'), new Uint8Array(600).fill(0xff)]) {
    const [one, other] = pair()
    const inbound = server.secureInbound(other)
    one.writeNow(bytes)
    await t.rejects(inbound, { code: 'malformed' })
  }
  const [one, other] = pair()
  const outbound = client.secureOutbound(one)
  other.consume({ push: () => other.closeWriteNow(), end: () => undefined, fail: () => undefined })
  await t.rejects(outbound, { code: 'closed' })
  const [left, right] = pair()
  const inbound = server.secureInbound(left)
  right.reset()
  await t.rejects(inbound, { code: 'closed' })
  const [here, there] = pair()
  const cutOff = server.secureInbound(here)
  there.writeNow(Uint8Array.of(0x16, 3, 1, 2, 0))
  there.closeWriteNow()
  await t.rejects(cutOff, { code: 'closed' })
})

void t.test('a handshake that takes too long ends and resets the carrier [TLS-TIME-1]', async (t) => {
  const clock = new SimulatedClock()
  const [one, other] = pair()
  const over = failed(other)
  const outbound = tls({ privateKey: clientKey, clock, timeoutMs: 1_000 }).secureOutbound(one)
  const refused = t.rejects(outbound, { code: 'timeout' })
  await clock.advance(1_100)
  await refused
  t.ok((await over) instanceof Error)
})

void t.test('an aborted handshake rejects with the reason and resets the carrier', async (t) => {
  const controller = new AbortController()
  const [one, other] = pair()
  const over = failed(other)
  const outbound = client.secureOutbound(one, { signal: controller.signal })
  controller.abort(new Error('enough'))
  await t.rejects(outbound, { message: 'enough' })
  t.ok((await over) instanceof Error)
  await t.rejects(
    client.secureOutbound(pair()[0], { signal: controller.signal }),
    { message: 'enough' },
    'before it began',
  )
})

void t.test('bytes changed behind the handshake fail the channel: bad-record', async (t) => {
  const [one, other] = pair()
  const [left, right] = pair()
  let turned = false
  relay(other, left, (chunk) => chunk)
  relay(left, other, (chunk) => {
    if (!turned) return chunk
    const altered = Uint8Array.from(chunk)
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
    return altered
  })
  const [near, far] = await Promise.all([client.secureOutbound(one), server.secureInbound(right)])
  await new Promise(setImmediate)
  turned = true
  const failure = failed(near.channel)
  far.channel.writeNow(new Uint8Array(100))
  t.match(await failure, { code: 'bad-record' })
})

async function secured(
  clientMuxers: readonly string[] = [],
  serverMuxers: readonly string[] = [],
): Promise<[SecureChannel, SecureChannel]> {
  const [one, other] = pair()
  return await Promise.all([
    client.secureOutbound(one, { remotePeer: serverPeer, muxers: clientMuxers }),
    server.secureInbound(other, { muxers: serverMuxers }),
  ])
}

function rawClient(options: ConnectionOptions): {
  inbound: Promise<SecureChannel>
  raw: TLSSocket
  rawError: Promise<Error>
} {
  const [one, other] = pair()
  const raw = connect({
    ...options,
    socket: toNodeStream(one),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  })
  const rawError = new Promise<Error>((resolve) => raw.on('error', resolve))
  return { inbound: server.secureInbound(other), raw, rawError }
}

function rawServer(options: { readonly maxVersion?: 'TLSv1.2' }): { outbound: Promise<SecureChannel>; raw: TLSSocket } {
  const [one, other] = pair()
  const own = makeCertificate(serverKey, nowMs)
  const raw = new TLSSocket(toNodeStream(other), {
    isServer: true,
    requestCert: true,
    rejectUnauthorized: false,
    secureContext: createSecureContext({ ...options, cert: own.certificatePem, key: own.privateKeyPem }),
    ALPNProtocols: ['libp2p'],
  })
  raw.on('error', () => undefined)
  return { outbound: client.secureOutbound(one), raw }
}

function collect(duplex: ByteDuplex): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    duplex.consume({
      push: (chunk) => void chunks.push(Uint8Array.from(chunk)),
      end: () => resolve(new Uint8Array(Buffer.concat(chunks))),
      fail: reject,
    })
  })
}

function failed(duplex: ByteDuplex): Promise<Error> {
  return new Promise((resolve) => {
    duplex.consume({ push: () => undefined, end: () => undefined, fail: resolve })
  })
}

function resetIfSecured(secured: SecureChannel | undefined): void {
  secured?.channel.reset()
}

function relay(from: ByteDuplex, to: ByteDuplex, change: (chunk: Uint8Array) => Uint8Array): void {
  from.consume({
    push: (chunk) => void to.writeNow(change(Uint8Array.from(chunk))),
    end: () => to.closeWriteNow(),
    fail: (error) => to.reset(error),
  })
}
