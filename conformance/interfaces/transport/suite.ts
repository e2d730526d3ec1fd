import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { MuxedStream } from '@p2pspec/generated/interfaces/stream-muxer'
import type {
  MuxedConnection,
  Transport,
  TransportConnection,
  TransportListener,
} from '@p2pspec/generated/interfaces/transport'
import type { TransportChecks } from '@p2pspec/generated/interfaces/transport.rules'
import { ChannelRecorder, fill } from './channel-recorder.ts'
import { acceptedEnd, dialledEnd, noConnection, quietEvents, type ConnectionEnd } from './muxed-channel.ts'
import { Waiting } from './waiting.ts'

/** A transport and what the checks need to know of it; made anew for each check. */
export interface TransportSubject {
  readonly transport: Transport
  /** Addresses to listen on, each free; one for each kind that the transport knows. */
  readonly listenAddresses: readonly Multiaddr[]
  /** An address of this transport that nobody listens on. */
  readonly absentAddress: Multiaddr
  /** The error codes with which a dial of it may fail. */
  readonly absentCodes: readonly string[]
  /** Addresses of other transports. */
  readonly foreignAddresses: readonly Multiaddr[]
  /** One way of a connection can end without the other. */
  readonly halfOpen: boolean
  /** The transport secures and muxes its connections itself. */
  readonly muxed?: {
    /** Whose identity a dialled connection proves. */
    readonly listenerPeer: PeerId
    readonly diallerPeer: PeerId
  }
  /** Accepted connections live on the socket of their listener. */
  readonly onListenerSocket?: boolean
  /** A dialled connection does not know its own address. */
  readonly ownAddressUnknown?: boolean
  /** Connects below the transport, writes each of the pieces, and hears the carrier's end; undefined where nothing lies below. */
  readonly intrude?: (address: Multiaddr) => Promise<void>
  /** What the transport holds open just now: sockets, servers, timers. */
  readonly openCount: () => number
  /** Passes time where it is simulated. */
  readonly passTime?: () => Promise<void>
}

interface Link {
  readonly listener: TransportListener
  readonly near: ConnectionEnd
  readonly far: ConnectionEnd
}

const connectionCount = 20
/** An abort is tried after so many turns of the event loop, from none on. */
const abortedTurns = 12

/** One check for each rule of the interface: throws where an implementation breaks it. */
export const transportChecks: TransportChecks<TransportSubject> = {
  'TRN-ADDRESS-1'({ transport, listenAddresses, foreignAddresses, absentAddress }) {
    for (const address of listenAddresses) ok(transport.canListen(address), `${address} can be listened on`)
    ok(transport.canDial(absentAddress), `${absentAddress} can be dialled`)
    for (const address of foreignAddresses) {
      equal(transport.canDial(address), false, `dials ${address}`)
      equal(transport.canListen(address), false, `listens on ${address}`)
    }
  },

  async 'TRN-LISTEN-1'(subject) {
    for (const address of subject.listenAddresses) {
      const { listener, near, far } = await linked(subject, address)
      ok(listener.addresses.length > 0, 'a listener has an address')
      for (const each of listener.addresses) ok(subject.transport.canDial(each), `${each} can be dialled`)
      equal(near.remoteAddress.toString(), far.localAddress?.toString(), 'both ends name the listening address alike')
      const own = subject.ownAddressUnknown === true ? undefined : far.remoteAddress.toString()
      equal(near.localAddress?.toString(), own, 'both ends name the dialling address alike')
      near.channel.reset()
      far.channel.reset()
      await listener.close()
    }
  },

  async 'TRN-LISTEN-2'(subject) {
    const { listener, near, far } = await linked(subject)
    const there = new ChannelRecorder(far.channel)
    const [address] = listener.addresses
    ok(address)
    await listener.close()
    await listener.close()
    const vain = subject.transport.dial(address)
    await rejects(async () => waiting(subject).settled(vain, 'a dial of nobody'), 'nobody answers behind a close')
    if (subject.onListenerSocket === true) {
      await waiting(subject).until(() => there.isOver, 'the end of a connection whose listener was closed')
    } else {
      near.channel.writeNow(Uint8Array.of(1, 2))
      await waiting(subject).until(() => there.byteCount === 2, 'bytes on a connection that outlived its listener')
    }
    near.channel.reset()
    const again = await subject.transport.listen(address, () => undefined)
    deepEqual(again.addresses.map(String), listener.addresses.map(String))
    await again.close()
  },

  async 'TRN-LISTEN-3'(subject) {
    if (subject.intrude === undefined) return
    const { listener, near, accepted } = await listening(subject)
    const [address] = listener.addresses
    ok(address)
    await subject.intrude(address)
    equal(accepted.length, 0, 'what does not open as this transport does is not handed on')
    const served = await near()
    served.channel.reset()
    await listener.close()
  },

  async 'TRN-CHANNEL-5'(subject) {
    // What a muxed connection drops with its reset is its own muxer's business.
    if (subject.muxed !== undefined) return
    for (const from of ['near', 'far'] as const) {
      const link = await linked(subject)
      const { channel } = link[from]
      const other = link[from === 'near' ? 'far' : 'near']
      const there = new ChannelRecorder(other.channel)
      channel.writeNow(new TextEncoder().encode('re'))
      channel.writeNow(new TextEncoder().encode('fused'))
      channel.reset()
      await waiting(subject).until(() => there.isOver, `the reset of the ${from} end`)
      equal(there.byteCount, 7, `the last words of the ${from} end`)
      other.channel.reset()
      await link.listener.close()
    }
    await nothingOpen(subject)
  },

  async 'TRN-CLOSED-1'(subject) {
    const { listener, near, far } = await linked(subject)
    let closedCount = 0
    for (const { closed } of [near, far]) void closed.then(() => (closedCount += 1))
    const there = new ChannelRecorder(far.channel)
    const here = new ChannelRecorder(near.channel)
    const chunks = chunksOf(80)
    for (const chunk of chunks) near.channel.writeNow(chunk)
    near.channel.closeWriteNow()
    if (subject.halfOpen) {
      await waiting(subject).until(() => there.isOver, 'the end of the one way')
      await waiting(subject).pass(abortedTurns)
      equal(closedCount, 0, 'the other way is open')
      far.channel.writeNow(Uint8Array.of(1))
    }
    far.channel.closeWriteNow()
    await waiting(subject).settled(near.closed, 'the end of the connection where it was ended first')
    equal(here.byteCount, subject.halfOpen ? 1 : 0, 'what came back arrived before the end')
    await waiting(subject).settled(far.closed, 'the end of the connection at the other end')
    equal(
      there.byteCount,
      chunks.reduce((sum, { length }) => sum + length, 0),
      'all that was written arrived',
    )
    await listener.close()
    const reset = await linked(subject)
    const other = reset.far.channel
    // Seen from there a reset may look like an end, which is answered with one.
    other.consume({ push: () => undefined, end: () => other.closeWriteNow(), fail: () => undefined })
    reset.near.channel.reset()
    await waiting(subject).settled(reset.near.closed, 'the end after a reset')
    await waiting(subject).settled(reset.far.closed, 'the end after a reset by the other end')
    await reset.listener.close()
  },

  async 'TRN-DIAL-1'(subject) {
    const reason = new Error('changed my mind')
    const given = AbortSignal.abort(reason)
    const because = (error: unknown): boolean => error === reason
    const [free] = subject.listenAddresses
    ok(free)
    await rejects(async () => subject.transport.listen(free, () => undefined, { signal: given }), because)
    const { listener, accepted } = await listening(subject)
    const [address] = listener.addresses
    ok(address)
    await rejects(async () => subject.transport.dial(address, { signal: given }), because)
    for (let turns = 0; turns < abortedTurns; turns += 1) {
      const controller = new AbortController()
      const dial = subject.transport.dial(address, { signal: controller.signal })
      const outcome = dial.then(
        (connection) => connection,
        (error: unknown) => error,
      )
      await waiting(subject).pass(turns)
      controller.abort(reason)
      const result = await waiting(subject).settled(outcome, 'a dial that was aborted')
      if (result === reason) continue
      // The dial was through before: the abort must not touch it any more.
      ok(isConnection(result), `an aborted dial failed with ${String(result)}`)
      const { channel } = dialledEnd(result)
      channel.writeNow(Uint8Array.of(7))
      channel.reset()
    }
    for (const connection of accepted) connection.channel.reset()
    await listener.close()
    await nothingOpen(subject)
  },

  async 'TRN-MUXED-1'(subject) {
    if (subject.muxed === undefined) return
    const { listener, near, far } = await muxedLink(subject)
    ok(near.remotePeer.equals(subject.muxed.listenerPeer), 'the dialler knows the listener')
    ok(far.remotePeer.equals(subject.muxed.diallerPeer), 'the listener knows the dialler')
    near.reset()
    far.reset()
    await listener.close()
  },

  async 'TRN-MUXED-2'(subject) {
    if (subject.muxed === undefined) return
    const { listener, near, far } = await muxedLink(subject)
    const session = near.start(noConnection, quietEvents)
    for (const number of [1, 2, 3]) session.openStream().writeNow(Uint8Array.of(number))
    await waiting(subject).pass(50)
    const streams: MuxedStream[] = []
    far.start(noConnection, { ...quietEvents, onStream: (stream) => streams.push(stream) })
    equal(streams.length, 0, 'nothing is announced within the call')
    await waiting(subject).until(() => streams.length === 3, 'streams that were opened before the start')
    deepEqual(
      streams.map(({ id }) => id),
      streams.map(({ id }) => id).toSorted((left, right) => left - right),
      'streams are announced in the order of their opening',
    )
    const bytes = streams.map((stream) => new ChannelRecorder(stream))
    await waiting(subject).until(() => bytes.every(({ byteCount }) => byteCount === 1), 'the byte of each stream')
    session.abort()
    await listener.close()
  },

  async 'TRN-MUXED-3'(subject) {
    if (subject.muxed === undefined) return
    for (const started of [false, true]) {
      const { listener, near, far } = await muxedLink(subject)
      const over: unknown[] = []
      const session = far.start(noConnection, { ...quietEvents, onClosed: (error) => over.push(error) })
      const stream = session.openStream()
      if (started) near.start(noConnection, quietEvents)
      near.reset(new Error('on purpose'))
      near.reset(new Error('again'))
      await waiting(subject).until(() => over.length > 0, 'the end of the session at the other end')
      await waiting(subject).settled(stream.closed, 'the end of its stream')
      throws(() => session.openStream(), 'no stream is opened on what is over')
      equal(over.length, 1, 'the end is told once')
      await listener.close()
    }
    await nothingOpen(subject)
  },

  async 'TRN-DIAL-2'(subject) {
    const dial = subject.transport.dial(subject.absentAddress)
    await rejects(
      async () => waiting(subject).settled(dial, 'a dial of nobody'),
      (error: unknown) => {
        ok(error instanceof Error && 'code' in error, 'the error has a code')
        ok(subject.absentCodes.includes(String(error.code)), `${String(error.code)}: ${error.message}`)
        ok(error.message.includes(subject.absentAddress.toString()), `the address is not in: ${error.message}`)
        return true
      },
    )
  },

  async 'TRN-DIAL-3'({ transport, foreignAddresses }) {
    for (const address of foreignAddresses) {
      await rejects(async () => transport.dial(address), { code: 'unsupported-address' })
      await rejects(async () => transport.listen(address, () => undefined), { code: 'unsupported-address' })
    }
  },

  async 'TRN-DIAL-4'(subject) {
    const { transport, listenAddresses } = subject
    for (const address of listenAddresses) {
      const { listener, accepted } = await listening(subject, address)
      const [bound] = listener.addresses
      const named = multiaddr((bound ?? address).toString().replace('/ip4/127.0.0.1/', '/dns4/localhost/'))
      // Not every transport knows names.
      if (named.toString().includes('localhost') && transport.canDial(named)) {
        const asked: string[] = []
        const refusal = Object.assign(new Error('nobody goes there'), { code: 'of-the-caller' })
        const refusing = transport.dial(named, {
          allowHost: (one) => {
            asked.push(one.toString())
            throw refusal
          },
        })
        await rejects(async () => waiting(subject).settled(refusing, 'a dial that is refused'), refusal)
        deepEqual([...new Set(asked)], [bound?.toString()], 'it is asked about what stands behind the name')
        equal(accepted.length, 0, 'nothing was sent there')
        const made = await waiting(subject).settled(transport.dial(named, { allowHost: () => undefined }), 'a dial')
        if ('channel' in made) made.channel.reset()
        else made.reset()
      }
      for (const one of accepted) if ('channel' in one) one.channel.reset()
      await listener.close()
    }
  },

  async 'TRN-CHANNEL-1'(subject) {
    const { listener, near, accepted } = await listening(subject)
    const dialled = await Promise.all(Array.from({ length: connectionCount }, async () => near()))
    await waiting(subject).until(() => accepted.length === connectionCount, 'every connection at the listener')
    const sent = chunksOf(150)
    const downward = accepted.map(({ channel }) => new ChannelRecorder(channel, { echo: true }))
    const upward = dialled.map(({ channel }) => new ChannelRecorder(channel))
    for (const [index, chunk] of sent.entries()) {
      for (const [place, { channel }] of dialled.entries()) channel.writeNow(marked(chunk, place))
      if (index % 10 === 0) await waiting(subject).pass(1)
    }
    const total = sent.reduce((sum, { length }) => sum + length, 0)
    for (const [place, recorder] of upward.entries()) {
      await waiting(subject).until(() => recorder.byteCount >= total, 'every byte and its echo')
      const expected = Buffer.concat(sent.map((chunk) => marked(chunk, place)))
      ok(expected.equals(recorder.bytes()), `connection ${place} gave back other bytes than it was given`)
    }
    for (const { log } of [...downward, ...upward]) ok(!log.includes('push 0'), 'no chunk is empty')
    for (const { channel } of dialled) channel.reset()
    await waiting(subject).until(() => downward.every(({ isOver }) => isOver), 'every reset at the listener')
    for (const { channel } of accepted) channel.reset()
    await listener.close()
  },

  async 'TRN-CHANNEL-2'(subject) {
    const { listener, near, far } = await linked(subject)
    const there = new ChannelRecorder(far.channel)
    const back = new ChannelRecorder(near.channel)
    const sent = new Uint8Array(300_000).fill(9)
    near.channel.writeNow(sent.slice())
    near.channel.closeWriteNow()
    near.channel.closeWriteNow()
    throws(() => near.channel.writeNow(Uint8Array.of(1)), 'a write behind the end throws')
    await waiting(subject).until(() => there.log.at(-1) === 'end', `an end behind ${there.log.length} chunks`)
    equal(there.byteCount, sent.length)
    if (subject.halfOpen) {
      far.channel.writeNow(Uint8Array.of(3, 4))
      far.channel.closeWriteNow()
    }
    await waiting(subject).until(() => back.log.at(-1) === 'end', 'the end of the other way')
    equal(back.byteCount, subject.halfOpen ? 2 : 0)
    if (!subject.halfOpen) far.channel.closeWriteNow()
    await listener.close()
    await nothingOpen(subject)
    ok(!there.log.includes('fail') && !back.log.includes('fail'), 'an end on both ways is no failure')
  },

  async 'TRN-CHANNEL-3'(subject) {
    const { listener, near, far } = await linked(subject)
    const there = new ChannelRecorder(far.channel)
    const back = new ChannelRecorder(near.channel)
    near.channel.writeNow(new Uint8Array(1_000))
    await waiting(subject).until(() => there.byteCount === 1_000, 'the bytes before the reset')
    const reason = new Error('on purpose')
    near.channel.reset(reason)
    near.channel.reset(new Error('again'))
    near.channel.closeWriteNow()
    equal(back.failure, reason)
    throws(() => near.channel.writeNow(Uint8Array.of(1)), { code: 'closed' })
    await waiting(subject).until(() => there.isOver, 'the reset at the other end')
    await waiting(subject).until(() => isClosedForWriting(far), 'an end of writing at the other end')
    await waiting(subject).pass(20)
    equal(back.log.filter((event) => event === 'fail').length, 1)
    equal(there.log.filter((event) => event === 'fail').length, 1)
    ok(there.failure !== undefined && 'code' in there.failure, 'the other end gets an error with a code')
    const late = new ChannelRecorder(far.channel)
    equal(late.log.at(-1), 'fail', 'a sink that comes late is told')
    await listener.close()
    await nothingOpen(subject)
  },

  async 'TRN-CHANNEL-4'(subject) {
    const { listener, near, far } = await linked(subject)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      to.channel.pause()
      const back = new ChannelRecorder(from.channel)
      const there = new ChannelRecorder(to.channel)
      let written = fill(from.channel)
      // What lies between takes some; in the end it is full, and says so.
      for (let quiet = 0; quiet < 20;) {
        await waiting(subject).pass(10)
        if (!back.log.includes('drain')) quiet += 1
        else {
          back.log.length = 0
          written += fill(from.channel)
          quiet = 0
        }
      }
      equal(there.byteCount, 0, 'a paused sink is pushed nothing')
      to.channel.resume()
      await waiting(subject).until(() => there.byteCount >= written, 'all bytes behind a pause')
      equal(there.byteCount, written)
      await waiting(subject).until(() => back.log.includes('drain'), 'drain')
    }
    near.channel.reset()
    await listener.close()
  },

  async 'TRN-LIFE-1'(subject) {
    const { listener, near, accepted } = await listening(subject)
    const dialled = await Promise.all(Array.from({ length: connectionCount }, async () => near()))
    await waiting(subject).until(() => accepted.length === connectionCount, 'every connection at the listener')
    ok(subject.openCount() > 0, 'open connections count')
    for (const [index, { channel }] of dialled.entries()) {
      if (index % 2 === 0) channel.reset()
      else channel.closeWriteNow()
    }
    for (const { channel } of accepted) {
      channel.consume({ push: () => undefined, end: () => channel.closeWriteNow(), fail: () => undefined })
    }
    for (const { channel } of dialled) {
      channel.consume({ push: () => undefined, end: () => undefined, fail: () => undefined })
    }
    await listener.close()
    await nothingOpen(subject)
  },
}

async function listening(
  subject: TransportSubject,
  address = subject.listenAddresses[0],
): Promise<{
  readonly listener: TransportListener
  readonly accepted: readonly ConnectionEnd[]
  readonly near: () => Promise<ConnectionEnd>
}> {
  ok(address)
  const accepted: ConnectionEnd[] = []
  const listener = await subject.transport.listen(address, (made) => acceptedEnd(made, (end) => accepted.push(end)))
  const [dialled] = listener.addresses
  ok(dialled)
  const near = async (): Promise<ConnectionEnd> =>
    dialledEnd(await waiting(subject).settled(subject.transport.dial(dialled), `a dial of ${dialled}`))
  return { listener, accepted, near }
}

async function linked(subject: TransportSubject, address?: Multiaddr): Promise<Link> {
  const { listener, accepted, near } = await listening(subject, address)
  const dialled = await near()
  await waiting(subject).until(() => accepted.length > 0, 'the connection at the listener')
  const [far] = accepted
  ok(far)
  return { listener, near: dialled, far }
}

/** Both ends of a muxed connection, neither of them started. */
async function muxedLink(subject: TransportSubject): Promise<{
  readonly listener: TransportListener
  readonly near: MuxedConnection
  readonly far: MuxedConnection
}> {
  const [address] = subject.listenAddresses
  ok(address)
  const accepted: TransportConnection[] = []
  const listener = await subject.transport.listen(address, (made) => accepted.push(made))
  const [dialled] = listener.addresses
  ok(dialled)
  const near = await waiting(subject).settled(subject.transport.dial(dialled), `a dial of ${dialled}`)
  await waiting(subject).until(() => accepted.length > 0, 'the connection at the listener')
  const [far] = accepted
  ok(far !== undefined && !('channel' in near) && !('channel' in far), 'both ends are muxed')
  return { listener, near, far }
}

async function nothingOpen(subject: TransportSubject): Promise<void> {
  await waiting(subject).until(() => subject.openCount() === 0, 'the end of all that was open')
}

function waiting({ passTime }: TransportSubject): Waiting {
  return new Waiting(passTime)
}

/** Chunks of many lengths, the longest longer than any buffer on the way. */
function chunksOf(count: number): readonly Uint8Array[] {
  let place = 0
  return Array.from({ length: count }, (_, index) =>
    Uint8Array.from({ length: index === 70 ? 200_000 : 1 + ((index * 37) % 700) }, () => place++ % 251),
  )
}

function marked(chunk: Uint8Array, mark: number): Uint8Array {
  return chunk.map((byte) => byte ^ mark)
}

/** Writes, until that is refused. */
function isClosedForWriting({ channel }: ConnectionEnd): boolean {
  try {
    channel.writeNow(Uint8Array.of(1))
    return false
  } catch (error) {
    ok(error instanceof Error && 'code' in error && error.code === 'closed', String(error))
    return true
  }
}

function isConnection(value: unknown): value is TransportConnection {
  return typeof value === 'object' && value !== null && 'remoteAddress' in value
}
