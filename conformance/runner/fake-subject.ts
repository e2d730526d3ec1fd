import type { Case } from '@p2pspec/generated/common/cases'
import type { CaseFinished, RunEvent } from '../events.ts'
import { listeningSubject } from '../subjects/listening-subject.ts'
import { caseKeys } from '../tester/case-keys.ts'
import { TesterConnection } from '../tester/connection.ts'
import { IDENTIFY, PING } from '../tester/courtesy.ts'
import { MULTISTREAM_HEADER, multistreamMessage, readMultistream } from '../tester/multistream.ts'
import type { MuxedChannel } from '../tester/muxer-session.ts'
import { encodeFields } from '../tester/protobuf.ts'
import { SocketListener } from '../tester/socket.ts'
import { Transcript } from '../tester/transcript.ts'
import { encodeVarint } from '../tester/varint.ts'
import { yamuxFlags, yamuxTypes } from '../tester/yamux-frame.ts'
import type { ExtraCase } from './extra-case.ts'
import { readExtraCases } from './extra-case-file.ts'
import { run } from './run.ts'
import type { RunOptions } from './run.ts'
import type { SuiteCase } from './suite.ts'

const WAIT_MS = 5000

export interface Faults {
  /** Which pings it echoes backwards. */
  readonly reversesEcho?: (payload: Uint8Array) => boolean
  /** Answers a proposal that no header preceded. */
  readonly needsNoHeader?: boolean
  /** Which connections it resets at once, counted from 0. */
  readonly refuses?: (connection: number) => boolean
  /** Refuses new connections once a stream was reset. */
  readonly diesOfReset?: boolean
  /** Answers muxer pings with another value. */
  readonly wrongPong?: boolean
  readonly claimsEverything?: boolean
}

/** A small listening peer made of the tester's own layers, with one fault or none. */
async function fakeSubject(faults: Faults): Promise<{ address: string; close: () => void }> {
  const listener = await SocketListener.open('127.0.0.1')
  const keys = caseKeys(99, 'fake subject')
  let dead = false
  const acceptAll = async (): Promise<void> => {
    for (let connection = 0; ; connection++) {
      const socket = await listener.accept(60_000)
      if (socket === null) return
      if (dead || faults.refuses?.(connection) === true) socket.reset()
      else
        serve(new TesterConnection(socket, 'listener', keys, new Transcript(), WAIT_MS)).catch(() => socket.destroy())
    }
  }
  const serve = async (connection: TesterConnection): Promise<void> => {
    await connection.upgrade()
    const { yamux: session } = connection
    connection.claims.raw = (stream) => {
      serveStream(stream, connection).catch(() => stream.reset())
      return true
    }
    if (faults.wrongPong === true) {
      session.mutesPings = true
      let seen = 0
      session.watch.onChange(() => {
        for (; seen < session.received.length; seen++) {
          const frame = session.received[seen]
          if (frame?.type !== yamuxTypes.ping || (frame.flags & yamuxFlags.syn) === 0) continue
          const wrong = frame.length === 0xdeadbeef ? 1 : 0
          session.sendFrame({ type: yamuxTypes.ping, flags: yamuxFlags.ack, streamId: 0, length: frame.length - wrong })
        }
      })
    }
  }
  const serveStream = async (stream: MuxedChannel, { session }: TesterConnection): Promise<void> => {
    const first = await readMultistream(stream, WAIT_MS)
    if (first !== MULTISTREAM_HEADER && faults.needsNoHeader !== true) return stream.reset()
    stream.write(multistreamMessage(MULTISTREAM_HEADER))
    let proposal = first === MULTISTREAM_HEADER ? await readMultistream(stream, WAIT_MS) : first
    while (proposal !== null && proposal !== PING && proposal !== IDENTIFY && faults.claimsEverything !== true) {
      stream.write(multistreamMessage('na'))
      proposal = await readMultistream(stream, WAIT_MS)
    }
    if (proposal === null) return stream.reset()
    stream.write(multistreamMessage(proposal))
    if (proposal === IDENTIFY) {
      const protocols = [IDENTIFY, PING].map((name) => ({ number: 3, value: new TextEncoder().encode(name) }))
      const message = encodeFields([{ number: 6, value: new TextEncoder().encode('fake') }, ...protocols])
      stream.write(new Uint8Array(Buffer.concat([encodeVarint(message.length), message])))
      return stream.end()
    }
    while (await stream.inbox.has(32, WAIT_MS)) {
      const payload = stream.inbox.take(32)
      stream.write(faults.reversesEcho?.(payload) === true ? payload.toReversed() : payload)
    }
    if (stream.inbox.state === 'reset' && session.state === 'open' && faults.diesOfReset === true) dead = true
    if (stream.inbox.length > 0) return stream.reset()
    stream.end()
  }
  acceptAll().catch(() => {})
  return {
    address: `/ip4/127.0.0.1/tcp/${listener.endpoint.port}/p2p/${keys.identity.peerId}`,
    close: () => listener.close(),
  }
}

export async function check(
  faults: Faults,
  cases: readonly SuiteCase[],
  options: Partial<RunOptions> = {},
): Promise<{ code: number; events: RunEvent[]; finished: CaseFinished[] }> {
  const { address, close } = await fakeSubject(faults)
  try {
    return await runOn(address, cases, options)
  } finally {
    close()
  }
}

export async function runOn(
  address: string,
  cases: readonly SuiteCase[],
  options: Partial<RunOptions> = {},
): Promise<{ code: number; events: RunEvent[]; finished: CaseFinished[] }> {
  const events: RunEvent[] = []
  const code = await run({
    subject: listeningSubject(address, 'fake'),
    out: null,
    cases,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { code, events, finished: events.filter((event) => event.type === 'case-finished') }
}

export function generated(part: Pick<Case, 'id' | 'role' | 'state' | 'steps' | 'expect'>): SuiteCase {
  const item: Case = {
    title: part.id,
    event: 'recv',
    chunking: 'whole',
    requirements: [],
    level: 'MUST',
    stated: 'prose',
    verdict: 'judge',
    given: {},
    ...part,
  }
  const { id, role, title, requirements, level, stated, verdict } = item
  return {
    id,
    protocol: id.split('/')[0] ?? '',
    role,
    title,
    requirements,
    level,
    stated,
    verdict,
    body: { kind: 'generated', item, fixtures: {} },
  }
}

export function scripts(text: string): SuiteCase {
  const [item] = readExtraCases(text, 'test', new Map())
  if (item === undefined) throw new Error('a case is wanted')
  return suiteCaseOf(item)
}

function suiteCaseOf(item: ExtraCase): SuiteCase {
  const { id, protocol, role, title, requirements, level, stated, verdict } = item
  return { id, protocol, role, title, requirements, level, stated, verdict, body: { kind: 'script', item } }
}
