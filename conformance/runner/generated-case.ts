import type { Case, CaseFile, CaseStep, ExpectedSend } from '@p2pspec/generated/common/cases'
import { encodeFrame, malform } from '../tester/framing.ts'
import { TesterError } from '../tester/tester-error.ts'
import type { DecodedMessage, Desk, Finding, Play, ProtocolAdapter } from './adapter.ts'
import { fillFields, matches } from './holes.ts'
import type { HoleScope } from './holes.ts'
import { MessageReader, describeMessage } from './message-reader.ts'
import { describeReaction, endOf } from './reaction.ts'

export type Fixtures = CaseFile['fixtures']

export interface PlayResult extends Finding {
  /** The subject left the case's path before its last step: another case judges that. */
  readonly strayed: boolean
}

/** Plays one generated case at a place that was reached: its steps, what the subject sends, how it ends. */
export async function playGeneratedCase(
  item: Case,
  fixtures: Fixtures,
  adapter: ProtocolAdapter,
  desk: Desk,
): Promise<PlayResult> {
  return new GeneratedPlay(item, fixtures, adapter, desk).run()
}

/** Whether a case sends anything that an honest peer would not. */
export function isHostile(item: Case): boolean {
  return item.expect.end === 'failed' || item.steps.some((step) => step.do === 'malform' || step.do === 'reset')
}

class GeneratedPlay implements Play {
  readonly item: Case
  readonly desk: Desk
  readonly reader: MessageReader
  readonly sent: string[] = []
  trailing: Uint8Array | null = null
  readonly #adapter: ProtocolAdapter
  readonly #fixtures: Fixtures
  #matched = 0

  constructor(item: Case, fixtures: Fixtures, adapter: ProtocolAdapter, desk: Desk) {
    this.item = item
    this.desk = desk
    this.#adapter = adapter
    this.#fixtures = fixtures
    this.reader = new MessageReader(adapter, desk)
  }

  async run(): Promise<PlayResult> {
    const { steps } = this.item
    const early = this.item.chunking === 'coalesced' ? await this.#sendGlued() : await this.#sendStepByStep()
    if (early !== null) return early
    const rest = await this.#awaitSends(steps.length)
    if (rest !== null) return { ...rest, strayed: this.#isOverdue() }
    return { ...(await this.#checkEnd()), strayed: false }
  }

  async #sendStepByStep(): Promise<PlayResult | null> {
    const { steps } = this.item
    for (const [index, step] of steps.entries()) {
      const due = await this.#awaitSends(index)
      // A side may hold a message back to send it with its next one; whether it came is asked again at the end.
      if (due !== null && due.late !== true) return { ...due, strayed: true }
      const unfilled = await this.#awaitHoles(step)
      if (unfilled !== null) return { ...unfilled, strayed: true }
      this.#perform(step, index === steps.length - 1)
    }
    return null
  }

  /** All bytes in one write; an end or reset comes behind them. */
  async #sendGlued(): Promise<PlayResult | null> {
    const due = await this.#awaitSends(0)
    if (due !== null) return { ...due, strayed: true }
    const bytes: Uint8Array[] = []
    for (const step of this.item.steps) {
      const unfilled = await this.#awaitHoles(step)
      if (unfilled !== null) return { ...unfilled, strayed: true }
      const part = this.#bytesOf(step)
      if (part !== null) {
        bytes.push(part)
        if (!isCutShort(step)) continue
      }
      this.#write(bytes.splice(0))
      if (isCutShort(step)) this.desk.channel.end()
      else this.#end(step)
    }
    this.#write(bytes)
    return null
  }

  /** A hole may stand for something that the subject is still to send: waits for it. */
  async #awaitHoles(step: CaseStep): Promise<Finding | null> {
    for (;;) {
      try {
        if (step.do === 'send') this.#payloadOf(step.message, step.fields, step.fixture)
        return null
      } catch (error) {
        if (!(error instanceof TesterError) || error.code !== 'unsupported') throw error
        const read = await this.reader.next(this.desk.connection.waitMs)
        if (read.kind !== 'message')
          return {
            held: false,
            did: `did not send what the case answers to (${error.message})`,
            late: read.kind === 'timeout',
          }
        const wrong = this.#take(read.message)
        if (wrong !== null) return wrong
      }
    }
  }

  #perform(step: CaseStep, last: boolean): void {
    const bytes = this.#bytesOf(step)
    if (bytes === null) {
      this.#end(step)
      return
    }
    if (this.item.chunking === 'bytewise') {
      for (let at = 0; at < bytes.length; at++) this.desk.channel.write(bytes.slice(at, at + 1))
    } else if (this.item.chunking === 'trailing' && last) {
      this.trailing = this.#adapter.trailing?.(this.desk) ?? null
      this.#write(this.trailing === null ? [bytes] : [bytes, this.trailing])
    } else {
      this.#write([bytes])
    }
    if (isCutShort(step)) this.desk.channel.end()
  }

  #write(parts: readonly Uint8Array[]): void {
    if (parts.length > 0) this.desk.channel.write(new Uint8Array(Buffer.concat(parts)))
  }

  #end(step: CaseStep): void {
    if (step.do === 'end') this.desk.channel.end()
    else if (step.do === 'reset') this.desk.channel.reset()
    else if (step.do !== 'expire')
      throw new TesterError('bad-case', 'protocol', `the engine cannot do the step ${step.do}`)
  }

  /** The bytes of a step; null for one that sends none. */
  #bytesOf(step: CaseStep): Uint8Array | null {
    const { framing } = this.#adapter
    if (step.do === 'send') {
      const bytes = encodeFrame(framing, this.#payloadOf(step.message, step.fields, step.fixture))
      this.sent.push(step.message)
      this.desk.connection.transcript.sent('protocol', bytes, step.message)
      return bytes
    }
    if (step.do === 'malform') {
      const broken = malform(framing, step.how, this.#payloadOf(step.of, undefined, undefined))
      if (broken === null) throw new TesterError('bad-case', 'protocol', `this framing cannot be broken by ${step.how}`)
      this.desk.connection.transcript.sent('protocol', broken.bytes, `malformed ${step.of}: ${step.how}`)
      return broken.bytes
    }
    return null
  }

  #payloadOf(message: string, fields: Parameters<typeof fillFields>[0], fixture: string | undefined): Uint8Array {
    const scope = this.#scope()
    const prepared = fixture === undefined ? {} : scope.fixture(fixture)
    return this.#adapter.encode(message, { ...prepared, ...fillFields(fields, scope) }, this.desk)
  }

  #scope(): HoleScope {
    return {
      input: this.#adapter.input(this.desk, this.reader.received),
      fixture: (name) => this.#fixture(name),
    }
  }

  #fixture(name: string): Readonly<Record<string, unknown>> {
    const fixture = this.#fixtures[name]
    if (fixture === undefined)
      throw new TesterError('bad-case', 'protocol', `the cases name the fixture ${name} and do not say what it is`)
    return fillFields(fixture.fields, {
      input: this.#adapter.input(this.desk, this.reader.received),
      fixture: () => ({}),
    })
  }

  /** Waits for every send that is due once `stepsDone` steps are done; null when they all came. */
  async #awaitSends(stepsDone: number): Promise<Finding | null> {
    const { sends, end } = this.item.expect
    const all = stepsDone === this.item.steps.length
    // In one packet with what ends the channel, earlier answers may be dropped by the reset.
    if (all && end === 'failed' && this.item.chunking === 'coalesced') return null
    const isDue = (send: ExpectedSend): boolean => all || (send.after !== undefined && send.after <= stepsDone)
    for (;;) {
      const nextIndex = sends.findIndex(
        (send, index) => index >= this.#matched && isDue(send) && send.optional !== true,
      )
      if (nextIndex === -1) return null
      const read = await this.reader.next(this.desk.connection.waitMs)
      if (read.kind === 'message') {
        const wrong = this.#take(read.message)
        if (wrong !== null) return wrong
        continue
      }
      const wanted = describeExpected(sends[nextIndex])
      if (read.kind === 'malformed')
        return { held: false, did: `sent bytes that are no message where ${wanted} was due: ${hexOf(read.bytes)}` }
      if (read.kind === 'timeout') return { held: false, did: `sent nothing where ${wanted} was due`, late: true }
      return { held: false, did: `${this.#howItEnded()} where ${wanted} was due` }
    }
  }

  /** What did not come was due before the last step: the subject was never where the case wanted it. */
  #isOverdue(): boolean {
    const next = this.item.expect.sends.find((send, index) => index >= this.#matched && send.optional !== true)
    return next?.after !== undefined && next.after < this.item.steps.length
  }

  /** Matches one message against the next expected send; null where it fits. */
  #take(message: DecodedMessage): Finding | null {
    const { sends } = this.item.expect
    const scope = this.#scope()
    for (let index = this.#matched; index < sends.length; index++) {
      const send = sends[index]
      const fits = send?.any.some((legal) => this.#isLegal(legal, message, scope)) === true
      if (fits) {
        this.#matched = index + 1
        return null
      }
      const skippable =
        send?.optional === true || (this.item.chunking === 'coalesced' && this.item.expect.end === 'failed')
      if (!skippable)
        return { held: false, did: `sent ${describeMessage(message)} where ${describeExpected(send)} was due` }
    }
    return { held: false, did: `sent ${describeMessage(message)} where nothing was due` }
  }

  #isLegal(legal: ExpectedSend['any'][number], message: DecodedMessage, scope: HoleScope): boolean {
    if (legal.message !== message.message) return false
    return this.#adapter.fits?.(message, this.desk) ?? matches(fillFields(legal.fields, scope), message.fields)
  }

  async #checkEnd(): Promise<Finding> {
    const { end } = this.item.expect
    // After our own reset there is nothing more to see on the channel; the rest must live on.
    if (this.item.steps.at(-1)?.do === 'reset')
      return this.desk.stream === null
        ? { held: true, did: 'saw our reset' }
        : stillServed({ ...this.desk, stream: null })
    if (end === 'failed') return this.#checkFailed()
    if (end === 'done') return (await this.#adapter.confirm?.(this)) ?? stillServed(this.desk)
    const found = (await this.#adapter.probe?.(this)) ?? (await stillServed(this.desk))
    const { stream } = this.desk
    const unasked = stream !== null && found.held && this.#adapter.mayFollow?.(this) !== true ? stream.inbox.length : 0
    return unasked > 0 ? { held: false, did: `sent ${unasked} bytes where nothing was due` } : found
  }

  /** The channel must end, with no message but those that were due. */
  async #checkFailed(): Promise<Finding> {
    if ((await this.#adapter.lure?.(this)) === true)
      return { held: false, did: 'took it as if nothing was wrong, and went on' }
    for (;;) {
      const read = await this.reader.next(this.desk.connection.waitMs)
      if (read.kind === 'ended' || read.kind === 'reset') return { held: true, did: this.#howItEnded() }
      if (read.kind === 'timeout') return this.#lookBehindSilence()
      if (this.#adapter.mayFollow?.(this) === true) continue
      if (read.kind === 'malformed')
        return { held: false, did: `went on with bytes that are no message: ${hexOf(read.bytes)}` }
      if (read.kind !== 'message') continue
      const wrong = this.#take(read.message)
      if (wrong !== null) return { held: false, did: `went on: ${wrong.did}` }
    }
  }

  /** It kept the channel open and said nothing: does it go on as if nothing had been wrong? */
  async #lookBehindSilence(): Promise<Finding> {
    const probed = (await this.#adapter.probe?.(this)) ?? null
    if (probed?.held === true && probed.weak !== true)
      return { held: false, did: 'took it as if nothing was wrong, and went on' }
    if (this.#adapter.nudge !== undefined) {
      this.#adapter.nudge(this)
      const { inbox } = this.desk.channel
      await inbox.watch.until(() => inbox.state !== 'open', this.desk.connection.waitMs)
    }
    if (this.desk.channel.inbox.state !== 'open') return { held: true, did: `${this.#howItEnded()} when more came` }
    return { held: false, did: 'kept the channel open and sent nothing', late: true, hung: true }
  }

  #howItEnded(): string {
    const reaction = endOf(this.desk)
    return reaction === null ? 'ended the channel' : describeReaction(reaction)
  }
}

/** A sign of life of the muxer behind everything: the subject served it, and the stream was not reset. */
export async function stillServed(desk: Desk): Promise<Finding> {
  const { connection } = desk
  if (!connection.hasSession) {
    const reaction = endOf(desk)
    return reaction === null
      ? { held: true, did: 'kept the connection open' }
      : { held: false, did: describeReaction(reaction) }
  }
  const answered = await connection.session.ping(connection.waitMs)
  const reaction = endOf(desk)
  if (reaction !== null && reaction.kind !== 'stream closed') return { held: false, did: describeReaction(reaction) }
  if (answered === null) return { held: false, did: 'gave no sign of life on the muxer', late: true }
  return { held: true, did: 'went on serving', weak: true }
}

function isCutShort(step: CaseStep): boolean {
  return step.do === 'malform' && step.how === 'truncated'
}

function describeExpected(send: ExpectedSend | undefined): string {
  return send === undefined ? 'nothing' : send.any.map((legal) => legal.message).join(' or ')
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 24)).toString('hex')
}
