import type { Reaction } from '../events.ts'
import { encodeFrame, readFrame } from '../tester/framing.ts'
import type { Channel } from '../tester/channel.ts'
import { MULTISTREAM_HEADER, multistreamMessage, propose } from '../tester/multistream.ts'
import { MPLEX, NOISE } from '../tester/stack.ts'
import { TesterError } from '../tester/tester-error.ts'
import { QuicStream } from '../tester/quic-stream.ts'
import { YamuxStream } from '../tester/yamux-stream.ts'
import type { Desk, ProtocolAdapter } from './adapter.ts'
import { AgentPlay } from './agent-play.ts'
import type { Content, ExtraCase, FramePattern, MplexPattern, ReactionName, ScriptStep } from './extra-case.ts'
import { fillFields, matches } from './holes.ts'
import { describeMessage } from './message-reader.ts'
import { describeMplexPattern, MplexFrames } from './mplex-frames.ts'
import { QuicDatagrams } from './quic-datagrams.ts'
import { describeReaction, endOf } from './reaction.ts'
import { networkFacts, quicFacts, streamFacts, tlsFacts, type ScriptFacts } from './script-facts.ts'
import { ScriptStreams } from './script-streams.ts'
import { describePattern, YamuxFrames } from './yamux-frames.ts'

/** What a script saw: how the place ended, what did not come, and what was measured. */
export interface ScriptSight {
  readonly reaction: ReactionName
  readonly end: Reaction | null
  /** What the script waited for in vain, in words. */
  readonly missing: string | null
  readonly facts: ScriptFacts
  readonly late: boolean
}

/** Plays a hand-written case at its place. */
export async function playScript(item: ExtraCase, adapter: ProtocolAdapter, desk: Desk): Promise<ScriptSight> {
  return new ScriptPlay(item, adapter, desk).run()
}

class ScriptPlay {
  readonly #item: ExtraCase
  readonly #adapter: ProtocolAdapter
  readonly #desk: Desk
  readonly #streams: ScriptStreams
  #yamux: YamuxFrames | null = null
  #mplex: MplexFrames | null = null
  #datagrams: QuicDatagrams | null = null
  readonly #agentPlay: AgentPlay
  #missing: string | null = null
  #late = false

  constructor(item: ExtraCase, adapter: ProtocolAdapter, desk: Desk) {
    this.#item = item
    this.#adapter = adapter
    this.#desk = desk
    this.#streams = new ScriptStreams(desk.connection)
    this.#agentPlay = new AgentPlay(desk, this.#streams)
  }

  async run(): Promise<ScriptSight> {
    for (const step of this.#item.steps) {
      this.#missing = await this.#perform(step)
      if (this.#missing !== null) break
    }
    const end = await this.#lookAtEnd()
    const reaction: ReactionName = end === null ? 'served' : end.kind === 'hung' ? 'hung' : reactionName(end)
    return { reaction, end, missing: this.#missing, facts: this.#facts(), late: this.#late }
  }

  /** One step; what was missing, or null. */
  async #perform(step: ScriptStep): Promise<string | null> {
    const { connection } = this.#desk
    switch (step.do) {
      case 'send':
        for (let time = 0; time < step.times; time++) this.#channel(step.stream).write(this.#bytes(step.content))
        return null
      case 'send-frame':
        for (let time = 0; time < step.times; time++) this.#yamuxFrames.send(step.frame, this.#bodyOf(step.frame))
        return null
      case 'send-mplex':
        for (let time = 0; time < step.times; time++) this.#mplexFrames.send(step.frame, this.#bodyOf(step.frame))
        return null
      case 'send-secure':
        for (let time = 0; time < step.times; time++)
          connection.noise.writeMessage(this.#bytes(step.content), step.alteration)
        return null
      case 'send-raw':
        for (let time = 0; time < step.times; time++) connection.socket.write(this.#bytes(step.content))
        return null
      case 'expect':
        if (step.content.kind === 'message')
          return this.#expectMessage(step.content.name, step.content.fields, step.stream)
        return this.#expect(this.#bytes(step.content), step.stream)
      case 'expect-count': {
        const { inbox } = this.#channel(step.stream)
        if (!(await inbox.has(step.bytes, connection.waitMs)))
          return this.#lack(`${step.bytes} bytes (${inbox.length} came)`, inbox.state === 'open')
        inbox.take(step.bytes)
        return null
      }
      case 'expect-frame':
        return (await this.#yamuxFrames.expect(step.frame, connection.waitMs))
          ? null
          : this.#lack(`a frame like ${describePattern(step.frame)}`, connection.session.state === 'open')
      case 'expect-mplex':
        return (await this.#mplexFrames.expect(step.frame, connection.waitMs))
          ? null
          : this.#lack(`a frame like ${describeMplexPattern(step.frame)}`, connection.session.state === 'open')
      case 'open':
        return this.#open(step.stream, step.protocol)
      case 'datagram':
        for (let time = 0; time < step.times; time++) this.#quicDatagrams.send(step.kind)
        return null
      case 'await-versions':
        return (await this.#quicDatagrams.versionsTold(connection.waitMs))
          ? null
          : this.#lack('the list of versions', true)
      case 'await-initial-answer':
        // Silence is no lack: what a subject says of a refusal is the affair of the outcome.
        await this.#quicDatagrams.initialAnswered(connection.waitMs)
        return null
      case 'send-frames': {
        const sendFrames = await connection.raiseQuicForFrames()
        connection.startSession()
        if (isDatagram(step.bytes) && connection.quicSession.datagramBytes !== null)
          throw new TesterError('unsupported', 'transport', 'the subject takes datagrams, and has nothing to refuse')
        sendFrames(step.bytes)
        return null
      }
      case 'linger':
        await connection.quic.arrival.until(() => false, connection.waitMs)
        return null
      case 'churn':
        for (let count = 0; count < step.count; count++) {
          const missing = await this.#churn(step.protocol)
          if (missing !== null) return `${missing} (stream ${count + 1} of ${step.count})`
        }
        return null
      case 'receive': {
        const stream = this.#streams.get(step.stream)
        const { session } = connection
        const came = (): number => session.bytesOf(stream)
        const enough = await session.watch.until(
          () => came() >= step.atLeast || endOf(this.#desk) !== null,
          connection.waitMs,
        )
        return came() >= step.atLeast ? null : this.#lack(`${step.atLeast} data bytes (${came()} came)`, !enough)
      }
      case 'grant': {
        const stream = this.#streams.get(step.stream)
        if (stream instanceof YamuxStream) stream.grant(step.bytes)
        return null
      }
      case 'hold':
        connection.holdWindows()
        return null
      case 'probe':
        return (await connection.session.ping(connection.waitMs)) === null
          ? this.#lack('a sign of life of the muxer', endOf(this.#desk) === null)
          : null
      case 'agent':
      case 'accept':
      case 'await-asked': {
        const missing = await this.#agentPlay.perform(step)
        return missing === null ? null : this.#lack(missing, endOf(this.#desk) === null)
      }
      case 'end':
        this.#channel(step.stream).end()
        return null
      case 'reset':
        this.#reset(step)
        return null
      case 'stop':
        this.#quicStream(step.stream).stopReading(step.code)
        return null
      case 'await-stop': {
        const stream = this.#quicStream(step.stream)
        const { session } = connection
        const asked = await session.watch.until(
          () => stream.stopCode !== null || session.state !== 'open',
          connection.waitMs,
        )
        return stream.stopCode === null ? this.#lack('the word that no more is wanted', !asked) : null
      }
      case 'await-end': {
        const { inbox } = this.#channel(step.stream)
        const over = await inbox.watch.until(() => inbox.state !== 'open', connection.waitMs)
        return over ? null : this.#lack('the end of the stream', true)
      }
    }
  }

  /** A stream that is opened, agreed on, ended and seen to end. */
  async #churn(protocol: string): Promise<string | null> {
    const { connection } = this.#desk
    const stream = await connection.openStream(protocol)
    stream.end()
    const over = await stream.inbox.watch.until(() => stream.inbox.state !== 'open', connection.waitMs)
    return over ? null : this.#lack('the end of a stream', true)
  }

  #reset({ stream, way, code }: Extract<ScriptStep, { do: 'reset' }>): void {
    if (way === 'writing') this.#quicStream(stream).resetWriting(code)
    else if (code !== 0) this.#quicStream(stream).reset(code)
    else this.#channel(stream).reset()
  }

  #quicStream(name: string | null): QuicStream {
    const channel = this.#channel(name)
    if (channel instanceof QuicStream) return channel
    throw new TesterError('unsupported', 'muxer', 'the case is about a stream of QUIC, and this is another')
  }

  #lack(what: string, late: boolean): string {
    this.#late ||= late
    return what
  }

  async #open(name: string, protocol: string | null): Promise<string | null> {
    const stream = this.#streams.get(name)
    if (protocol === null) stream.announce()
    else if (!(await propose(stream, protocol, this.#desk.connection.waitMs))) {
      throw new TesterError('unsupported', 'negotiation', `the subject does not support ${protocol}`)
    }
    return null
  }

  async #expect(wanted: Uint8Array, streamName: string | null): Promise<string | null> {
    const { inbox } = this.#channel(streamName)
    const came = await inbox.has(wanted.length, this.#desk.connection.waitMs)
    const got = inbox.peek(wanted.length)
    if (came && Buffer.compare(got, wanted) === 0) {
      inbox.take(wanted.length)
      return null
    }
    const instead = got.length === 0 ? 'nothing came' : `${hexOf(got)} came`
    return this.#lack(`the bytes ${hexOf(wanted)} (${instead})`, !came && inbox.state === 'open')
  }

  /** The next message, which must have the fields that are named; it may have others. */
  async #expectMessage(
    name: string,
    fields: Readonly<Record<string, unknown>>,
    streamName: string | null,
  ): Promise<string | null> {
    const wanted = this.#fill(fields)
    const read = await readFrame(this.#adapter.framing, this.#channel(streamName).inbox, this.#desk.connection.waitMs)
    if (read.kind !== 'frame') return this.#lack(`a message ${name} (${read.kind})`, read.kind === 'timeout')
    const message = this.#adapter.decode(read.payload, this.#desk)
    this.#desk.connection.transcript.received('protocol', read.bytes, describeMessage(message))
    const lacking = Object.keys(wanted).filter((field) => !matches(wanted[field], message.fields[field]))
    if (message.message === name && lacking.length === 0) return null
    return this.#lack(
      message.message === name
        ? `${name} with the right ${lacking.join(', ')}`
        : `a message ${name} (${message.message} came)`,
      false,
    )
  }

  #fill(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const scope = { input: this.#adapter.input(this.#desk, []), fixture: (): Readonly<Record<string, unknown>> => ({}) }
    // Values come from YAML: text, numbers, lists and maps, which is what a case value is.
    return fillFields(fields as Parameters<typeof fillFields>[0], scope)
  }

  get #yamuxFrames(): YamuxFrames {
    this.#yamux ??= new YamuxFrames(this.#desk.connection.yamux, this.#streams)
    return this.#yamux
  }

  get #mplexFrames(): MplexFrames {
    this.#mplex ??= new MplexFrames(this.#desk.connection.mplex, this.#streams)
    return this.#mplex
  }

  get #quicDatagrams(): QuicDatagrams {
    const { connection } = this.#desk
    this.#datagrams ??= new QuicDatagrams(connection.quic, connection.keys)
    return this.#datagrams
  }

  #bodyOf({ body }: FramePattern | MplexPattern): Uint8Array {
    return body === null ? new Uint8Array() : this.#bytes(body)
  }

  #channel(name: string | null): Channel {
    return name === null ? this.#desk.channel : this.#streams.get(name)
  }

  #bytes(content: Content): Uint8Array {
    switch (content.kind) {
      case 'bytes':
        return content.bytes
      case 'multistream':
        return multistreamMessage(content.text)
      case 'message': {
        const fields = this.#fill(content.fields)
        return encodeFrame(this.#adapter.framing, this.#adapter.encode(content.name, fields, this.#desk))
      }
    }
  }

  /** Goes on as an honest peer from where the script left off: null where the subject serves it. */
  async #lookAtEnd(): Promise<Reaction | null> {
    const { connection, reach } = this.#desk
    try {
      if (reach.at === 'quic' && !connection.hasSession) {
        const outcome = await connection.quicHandshake(this.#item.tls)
        if (outcome.kind !== 'done') return this.#endOrHung(outcome.kind === 'timeout')
        connection.startSession()
      } else if (reach.at === 'security') {
        const outcome = await connection.handshake(this.#item.alteration)
        if (outcome.kind !== 'done') return this.#endOrHung(outcome.kind === 'timeout')
        const offered = this.#item.alteration.payload?.muxers ?? null
        // Lists without a common muxer must fail the handshake; an honest peer then finds the connection closed.
        await connection.agreeOnMuxer(connection.earlyMuxer(offered) === null ? null : offered)
        connection.startSession()
      } else if (reach.at === 'tls' || reach.at === 'plaintext') {
        const outcome =
          reach.at === 'tls' ? await connection.tlsHandshake(this.#item.tls) : await connection.plaintextExchange()
        if (outcome.kind !== 'done') return this.#endOrHung(outcome.kind === 'timeout')
        await connection.agreeOnMuxer()
        connection.startSession()
      } else if (reach.at === 'transport' || reach.at === 'network') {
        if (this.#item.network.key !== undefined) await this.#speakFirst()
        await connection.agreeOnSecurity(undefined, this.#item.network)
        await connection.becomeSecure()
        return null
      } else if (reach.at === 'secured') {
        await connection.agreeOnMuxer()
        connection.startSession()
      }
      const answered = await connection.session.ping(connection.waitMs)
      const end = endOf(this.#desk)
      if (end !== null) return end
      return answered === null ? this.#endOrHung(true) : null
    } catch (error) {
      if (!(error instanceof TesterError) || error.code === 'bad-case') throw error
      connection.transcript.note(error.layer, error.message)
      return this.#endOrHung(error.code === 'timeout')
    }
  }

  /** Who is dialled otherwise waits for the other side's words, and these are never understood. */
  async #speakFirst(): Promise<void> {
    const { connection } = this.#desk
    if (connection.side === 'dialer') return
    await connection.enterNetwork(this.#item.network)
    connection.socket.write(multistreamMessage(MULTISTREAM_HEADER))
    connection.socket.write(multistreamMessage(NOISE))
  }

  async #endOrHung(late: boolean): Promise<Reaction> {
    const { connection } = this.#desk
    await connection.wire.inbox.watch.until(() => connection.wire.inbox.state !== 'open', late ? 0 : connection.waitMs)
    const end = endOf(this.#desk)
    if (end !== null) return end
    this.#late = true
    return { layer: connection.hasSession ? 'muxer' : 'security', kind: 'hung' }
  }

  #facts(): ScriptFacts {
    const { connection } = this.#desk
    const facts: Record<string, string | number | boolean> = {}
    if (this.#desk.reach.at === 'network') Object.assign(facts, networkFacts(connection, this.#desk.knowledge))
    const { handshakeOutcome } = connection
    if (handshakeOutcome !== null && handshakeOutcome.kind !== 'done') facts['endedBefore'] = handshakeOutcome.before
    if (handshakeOutcome?.kind === 'done') facts['firstPayloadBytes'] = handshakeOutcome.firstPayloadBytes
    if (connection.subject !== null) facts['earlyMuxers'] = connection.subject.muxers?.join(' ') ?? 'none'
    if (this.#desk.reach.at === 'tls' && connection.tls !== null)
      return { ...facts, ...tlsFacts(connection.tls, connection.side) }
    if (connection.isQuic) Object.assign(facts, quicFacts(connection), this.#datagrams?.facts())
    if (!connection.hasSession) return facts
    const { session } = connection
    if (connection.handshakeOutcome !== null) {
      facts['largestSecure'] = connection.noise.largestReceived
      facts['emptySecure'] = connection.noise.emptyReceived
    }
    const { each, named } = this.#streams
    facts['opened'] = each.length
    facts['refused'] = each.filter((stream) => stream.inbox.state === 'reset').length
    for (const [name, stream] of named) {
      facts[`dataBytes.${name}`] = session.bytesOf(stream)
      facts[`state.${name}`] = stream.inbox.state
    }
    if (connection.isQuic) {
      for (const [name, stream] of named) Object.assign(facts, streamFacts(name, stream))
      if (this.#desk.stream !== null) Object.assign(facts, streamFacts('here', this.#desk.stream))
      return facts
    }
    return { ...facts, ...(connection.muxer === MPLEX ? this.#mplexFrames : this.#yamuxFrames).facts() }
  }
}

/** A frame of RFC 9221, with its length or without. */
function isDatagram([type = 0]: Uint8Array): boolean {
  return (type & 0xfe) === 0x30
}

function reactionName({ kind }: Reaction): ReactionName {
  switch (kind) {
    case 'stream reset':
    case 'stream closed':
    case 'go-away':
    case 'connection closed':
    case 'hung':
      return kind
    case 'crashed':
      return 'connection closed'
    case 'answered':
    case 'ignored':
      return 'served'
  }
}

/** What a script saw, in one line. */
export function describeSight(sight: ScriptSight): string {
  const end = sight.end === null ? 'went on serving' : describeReaction(sight.end)
  return sight.missing === null ? end : `${end}; ${sight.missing} did not come`
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 24)).toString('hex')
}
