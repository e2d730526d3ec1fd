import type { Subject } from '../subjects/subject.ts'
import { caseKeys } from '../tester/case-keys.ts'
import { IDENTIFY, PING, serveProtocol } from '../tester/courtesy.ts'
import { TesterConnection } from '../tester/connection.ts'
import { readFrame } from '../tester/framing.ts'
import { propose } from '../tester/multistream.ts'
import { bytesField, decodeFields } from '../tester/protobuf.ts'
import { everyStack, usualStack } from '../tester/stack.ts'
import { TesterError } from '../tester/tester-error.ts'
import { Transcript } from '../tester/transcript.ts'
import { Watch } from '../tester/watch.ts'
import type { CaseResult } from './case-result.ts'
import { waitFor } from './knowledge.ts'
import type { Knowledge } from './knowledge.ts'

/** The first look at a subject waits long: a cold process on a busy machine. */
const FIRST_WAIT_MS = 10_000
/** How long a dialling subject has to open the streams that it was started for. */
const OWN_STREAMS_WAIT_MS = 3000
/** How long a dialled subject has to begin what it does with everybody who connects: rust-libp2p pings, a moment after the rest. */
const HABITS_WAIT_MS = 500
const IDENTIFY_FRAMING = { kind: 'uvarint-prefixed', limit: 65536, sendLimit: 65536, suffix: null } as const
const ALLOWED = 'an honest peer is served from the raw connection to ping'

export interface Sanity {
  readonly result: CaseResult
  /** Layers that served an honest peer; what stands on a missing one is blocked. */
  readonly working: ReadonlySet<string>
  readonly knowledge: Knowledge
  readonly transcript: Transcript
}

/** Talks to the subject as an honest peer, layer by layer, and notes what it can do. */
export async function checkSanity(subject: Subject, seed: number, purpose: string): Promise<Sanity> {
  const transcript = new Transcript()
  const keys = caseKeys(seed, purpose)
  const working = new Set<string>()
  const opens: string[] = []
  const opensChanged = new Watch()
  let knowledge: Knowledge = {
    agent: null,
    peerId: null,
    protocols: [],
    opens,
    earlyMuxers: null,
    networkNonce: null,
    stack: usualStack,
    roundTripMs: 0,
    waitMs: waitFor(0),
  }
  const finish = (verdict: 'pass' | 'fail', did: string): Sanity => ({
    result: { verdict, reaction: null, did, allowed: ALLOWED, hostile: false, late: false },
    working,
    knowledge,
    transcript,
  })

  let release = async (): Promise<string | null> => null
  try {
    const opened = await subject.connect(keys, transcript, FIRST_WAIT_MS)
    release = () => opened.release()
    const connection = new TesterConnection(opened.wire, opened.side, keys, transcript, FIRST_WAIT_MS, everyStack)
    if (connection.isQuic) await connection.raiseQuic()
    else {
      await connection.agreeOnSecurity()
      working.add('multistream-select')
      const { networkNonce } = connection.socket
      if (networkNonce !== null) {
        working.add('pnet')
        knowledge = { ...knowledge, networkNonce: Buffer.from(networkNonce).toString('hex') }
      }
      await connection.becomeSecure()
    }
    const peerId = connection.subject?.peerId ?? null
    knowledge = { ...knowledge, peerId, earlyMuxers: connection.subject?.muxers ?? null }
    if (subject.info.peerId !== null && peerId !== subject.info.peerId) {
      return finish('fail', `proved to be ${peerId ?? 'nobody'}, not ${subject.info.peerId}`)
    }
    working.add('security')
    if (!connection.isQuic) await connection.agreeOnMuxer()
    const { security, muxer } = connection
    if (security !== null && muxer !== null)
      knowledge = { ...knowledge, stack: { securities: [security], muxers: [muxer] } }
    connection.claims.negotiated = (stream, protocol) => {
      opens.push(protocol)
      opensChanged.changed()
      if (protocol === PING && connection.claims.holdPings === true) return true
      // Taken over only to be noted: the courtesy service answers it as ever.
      serveProtocol(stream, protocol, keys.identity).catch((error: unknown) =>
        transcript.note('protocol', String(error)),
      )
      return true
    }
    connection.startSession()
    const roundTripMs = await connection.session.ping(FIRST_WAIT_MS)
    if (roundTripMs === null) return finish('fail', 'gave no sign of life on the muxer')
    working.add('muxer')
    knowledge = { ...knowledge, roundTripMs, waitMs: waitFor(roundTripMs) }

    const identified = await readIdentify(connection)
    knowledge = { ...knowledge, ...identified }
    if (identified.protocols.length > 0) working.add('identify')
    const random = connection.session.openStream()
    const claimed = await propose(random, `/conformance/${keys.identity.peerId.slice(-12)}/1.0.0`, FIRST_WAIT_MS)
    if (claimed) return finish('fail', 'claims to support a protocol with a random name')
    if (!identified.protocols.includes(PING)) return finish('pass', 'serves an honest peer, and has no ping')
    const ping = await connection.openStream(PING)
    ping.write(new Uint8Array(32).fill(7))
    if (!(await ping.inbox.has(32, FIRST_WAIT_MS))) return finish('fail', 'did not answer a ping')
    working.add('ping')
    // A node that was told to dial does what it was told once it is connected.
    const ownStreamsWaitMs = opened.side === 'listener' ? OWN_STREAMS_WAIT_MS : HABITS_WAIT_MS
    await opensChanged.until(() => opens.includes(PING), ownStreamsWaitMs)
    return finish('pass', 'serves an honest peer')
  } catch (error) {
    if (!(error instanceof TesterError)) throw error
    return finish('fail', error.message)
  } finally {
    await release()
  }
}

async function readIdentify(
  connection: TesterConnection,
): Promise<{ agent: string | null; protocols: readonly string[] }> {
  const stream = connection.session.openStream()
  if (!(await propose(stream, IDENTIFY, FIRST_WAIT_MS))) return { agent: null, protocols: [] }
  const protocols: string[] = []
  let agent: string | null = null
  for (;;) {
    const read = await readFrame(IDENTIFY_FRAMING, stream.inbox, FIRST_WAIT_MS)
    if (read.kind !== 'frame') return { agent, protocols: [...new Set(protocols)] }
    const fields = decodeFields(read.payload) ?? []
    const name = bytesField(fields, 6)
    if (name !== undefined) agent = new TextDecoder().decode(name)
    for (const field of fields)
      if (field.number === 3 && typeof field.value !== 'bigint') protocols.push(new TextDecoder().decode(field.value))
  }
}
