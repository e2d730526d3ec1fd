import type { Subject, SubjectConnection } from '../subjects/subject.ts'
import type { CaseKeys } from '../tester/case-keys.ts'
import type { Channel } from '../tester/channel.ts'
import { TesterConnection } from '../tester/connection.ts'
import { propose } from '../tester/multistream.ts'
import type { MuxedChannel } from '../tester/muxer-session.ts'
import { PLAINTEXT } from '../tester/plaintext-exchange.ts'
import { MPLEX, NOISE, YAMUX } from '../tester/stack.ts'
import { TesterError } from '../tester/tester-error.ts'
import { TLS } from '../tester/tls-session.ts'
import type { Transcript } from '../tester/transcript.ts'
import { Watch } from '../tester/watch.ts'
import type { Desk, Reach } from './adapter.ts'
import { Arrivals } from './arrivals.ts'
import type { Knowledge } from './knowledge.ts'

/** A fresh process is busy with itself for a while: an answer may take so many times its start. */
const START_FACTOR = 4

const securityOf = { security: NOISE, tls: TLS, plaintext: PLAINTEXT } as const
const muxerOf = { muxer: YAMUX, mplex: MPLEX } as const

/** A desk and what must be let go after it. */
export interface OpenDesk {
  readonly desk: Desk
  /** Null, or what became of a subject that should still be there. */
  release(): Promise<string | null>
}

/** Brings a fresh connection to the place where a case plays. */
export async function openDesk(
  subject: Subject,
  reach: Reach,
  keys: CaseKeys,
  transcript: Transcript,
  knowledge: Knowledge,
  waitMs: number = knowledge.waitMs,
  accepted: readonly string[] = [],
): Promise<OpenDesk> {
  const opened: SubjectConnection = await subject.connect(keys, transcript, waitMs)
  try {
    const patienceMs = Math.max(waitMs, Math.ceil(opened.startMs * START_FACTOR))
    const connection = new TesterConnection(opened.wire, opened.side, keys, transcript, patienceMs, knowledge.stack)
    const arrivals = opened.agent === undefined ? null : new Arrivals(connection.claims, accepted)
    const { channel, stream } = await reachPlace(connection, reach)
    const { agent = null } = opened
    const desk = { connection, channel, stream, reach, knowledge, agent, arrivals, added: [] }
    return { desk, release: () => opened.release() }
  } catch (error) {
    const ending = await opened.release()
    if (ending === null || !(error instanceof TesterError)) throw error
    throw new TesterError('refused', error.layer, `${error.message}; the subject ${ending}`, { cause: error })
  }
}

async function reachPlace(
  connection: TesterConnection,
  reach: Reach,
): Promise<{ channel: Channel; stream: MuxedChannel | null }> {
  const { at } = reach
  if (at === 'quic') return { channel: connection.quic, stream: null }
  if (at === 'network') return { channel: connection.socket, stream: null }
  if (at === 'transport') {
    await connection.enterNetwork()
    return { channel: connection.socket, stream: null }
  }
  if (at === 'security' || at === 'tls' || at === 'plaintext') {
    await connection.agreeOnSecurity([securityOf[at]])
    return { channel: connection.socket, stream: null }
  }
  if (connection.isQuic && at === 'stream') return reachStream(connection, reach)
  await connection.agreeOnSecurity(at === 'secured' ? [NOISE] : undefined)
  await connection.becomeSecure()
  if (at === 'secured') return { channel: connection.carrier, stream: null }
  await connection.agreeOnMuxer(null, at === 'stream' ? undefined : [muxerOf[at]])
  if (reach.at !== 'stream') {
    connection.startSession()
    return { channel: connection.carrier, stream: null }
  }
  return reachStream(connection, reach)
}

async function reachStream(
  connection: TesterConnection,
  reach: Extract<Reach, { at: 'stream' }>,
): Promise<{ channel: Channel; stream: MuxedChannel | null }> {
  if (connection.isQuic) await connection.raiseQuic()
  const arrival = reach.opens === 'subject' ? expectStream(connection, reach.protocol) : null
  connection.startSession()
  const stream = arrival === null ? await openOwn(connection, reach.protocol) : await arrival()
  return { channel: stream, stream }
}

async function openOwn(connection: TesterConnection, protocol: string | null): Promise<MuxedChannel> {
  const stream = connection.session.openStream()
  if (protocol !== null && !(await propose(stream, protocol, connection.waitMs))) {
    throw new TesterError('unsupported', 'negotiation', `the subject does not support ${protocol}`)
  }
  return stream
}

/** Claims the first stream that the subject opens (for `protocol`), before the session can bring one. */
function expectStream(connection: TesterConnection, protocol: string | null): () => Promise<MuxedChannel> {
  const watch = new Watch()
  let arrived: MuxedChannel | null = null
  const claim = (stream: MuxedChannel): boolean => {
    if (arrived !== null) return false
    arrived = stream
    watch.changed()
    return true
  }
  if (protocol === null) {
    connection.claims.raw = claim
  } else {
    connection.claims.protocols = [protocol]
    connection.claims.negotiated = (stream, name) => name === protocol && claim(stream)
  }
  return async () => {
    const came = await watch.until(() => arrived !== null, connection.waitMs)
    if (!came || arrived === null) {
      throw new TesterError(
        'timeout',
        'protocol',
        `the subject opened no stream${protocol === null ? '' : ` for ${protocol}`} by itself`,
      )
    }
    return arrived
  }
}
