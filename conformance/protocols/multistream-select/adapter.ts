import type { Case } from '@p2pspec/generated/common/cases'
import type { Desk, Finding, Play, ProtocolAdapter } from '../../runner/adapter.ts'
import { stillServed } from '../../runner/generated-case.ts'
import { endOf, describeReaction } from '../../runner/reaction.ts'
import { PING } from '../../tester/courtesy.ts'
import { encodeFrame } from '../../tester/framing.ts'
import { MULTISTREAM_FRAMING, MULTISTREAM_HEADER } from '../../tester/multistream.ts'
import { NOISE } from '../../tester/stack.ts'
import { TesterError } from '../../tester/tester-error.ts'
import { decodeVarint } from '../../tester/varint.ts'

const UNKNOWN_PROTOCOL = '/conformance/probe/1.0.0'
const PING_BYTES = 32
/** The first message of noise, a length and a key; that of no security is shorter. */
const FIRST_HANDSHAKE_BYTES = 34
const encoder = new TextEncoder()

/** multistream-select: on a raw connection (security) and on a muxed stream. */
export const multistreamSelectAdapter: ProtocolAdapter = {
  protocol: 'multistream-select',
  framing: MULTISTREAM_FRAMING,
  roles: {
    responder: [
      { mode: 'listener', reach: { at: 'transport' } },
      { mode: 'both', reach: { at: 'stream', opens: 'tester', protocol: null } },
    ],
    initiator: [
      { mode: 'dialer', reach: { at: 'transport' } },
      { mode: 'both', reach: { at: 'stream', opens: 'subject', protocol: null } },
    ],
  },

  hindrance(item, place, knowledge) {
    if (place.reach.at === 'stream' && place.reach.opens === 'subject' && knowledge.opens.length === 0) {
      return { kind: 'out-of-reach', why: 'the subject opens no stream by itself' }
    }
    if (item.chunking === 'trailing' && place.reach.at !== 'stream') {
      return { kind: 'out-of-reach', why: 'no application bytes follow a security negotiation' }
    }
    const offers = item.given['offers']
    return Array.isArray(offers) && offers.length > 1
      ? { kind: 'out-of-reach', why: 'the subject offers one protocol only' }
      : null
  },

  encode(message, fields) {
    switch (message) {
      case 'header':
        return encoder.encode(MULTISTREAM_HEADER)
      case 'na':
      case 'ls':
        return encoder.encode(message)
      default:
        return encoder.encode(String(fields['name'] ?? UNKNOWN_PROTOCOL))
    }
  },

  decode(payload) {
    const list = listedProtocols(payload)
    if (list !== null) return { message: 'lsReply', fields: { protocols: list } }
    const text = new TextDecoder().decode(payload)
    if (text === MULTISTREAM_HEADER) return { message: 'header', fields: {} }
    if (text === 'na' || text === 'ls') return { message: text, fields: {} }
    return { message: 'protocol', fields: { name: text } }
  },

  input(desk, received) {
    const offers = received.flatMap(({ message, fields }) => (message === 'protocol' ? [fields['name']] : []))
    return { supported: [supportedHere(desk)], offers }
  },

  // A node may list more or less than its identify message says; the protocol that this place serves must be among it.
  fits({ message, fields }, desk) {
    if (message !== 'lsReply') return null
    const { protocols } = fields
    return Array.isArray(protocols) && protocols.includes(supportedHere(desk))
  },

  // An initiator that expects success writes on at once.
  mayFollow: ({ item, reader }) =>
    item.role === 'initiator' && reader.received.some(({ message }) => message === 'protocol'),

  lure: lureInitiator,

  nudge({ desk, item, sent, reader }) {
    const proposal = reader.received.findLast(({ message }) => message === 'protocol')?.fields['name']
    if (item.role !== 'initiator' || typeof proposal !== 'string') return
    const messages = sent.includes('header') ? [proposal] : [MULTISTREAM_HEADER, proposal]
    for (const text of messages) desk.channel.write(encodeFrame(MULTISTREAM_FRAMING, encoder.encode(text)))
  },

  trailing(desk) {
    if (desk.reach.at !== 'stream' || desk.reach.opens !== 'tester') return null
    return supportedHere(desk) === PING ? pingBytes() : null
  },

  probe: (play) => (play.item.role === 'responder' ? probeResponder(play) : null),

  async confirm(play) {
    return play.item.role === 'responder' ? confirmResponder(play) : confirmInitiator(play)
  },
}

/** Where a handshake follows, an initiator that took a wrong answer for its agreement completes it. */
async function lureInitiator({ desk, item, sent, reader }: Play): Promise<boolean> {
  if (item.role !== 'initiator' || desk.reach.at !== 'transport' || item.chunking === 'coalesced') return false
  const last = item.steps.at(-1)
  if (last === undefined || last.do === 'end' || (last.do === 'malform' && last.how === 'truncated')) return false
  const { channel, connection } = desk
  while (!reader.received.some(({ message }) => message === 'protocol')) {
    const read = await reader.next(connection.waitMs)
    if (read.kind !== 'message') return false
  }
  if (!sent.includes('header')) channel.write(encodeFrame(MULTISTREAM_FRAMING, encoder.encode(supportedHere(desk))))
  if (channel.inbox.state !== 'open') return false
  try {
    return (await connection.completeHandshake(supportedHere(desk))).kind === 'done'
  } catch (error) {
    // What came was no handshake.
    if (error instanceof TesterError) return false
    throw error
  }
}

/** The protocol that a negotiation at this place is about. */
function supportedHere({ reach, knowledge: { stack, protocols } }: Desk): string {
  if (reach.at === 'transport') return stack.securities[0] ?? NOISE
  return protocols.includes(PING) ? PING : (protocols[0] ?? PING)
}

/** An unknown protocol behind everything: the first answer must be its `na`. */
async function probeResponder(play: Play): Promise<Finding> {
  const { desk, reader, sent } = play
  const early = endOf(desk)
  if (early !== null) return { held: false, did: describeReaction(early) }
  const headerIsMissing = !sent.includes('header') && !mayPassForHeader(play.item)
  const messages = headerIsMissing ? [MULTISTREAM_HEADER, UNKNOWN_PROTOCOL] : [UNKNOWN_PROTOCOL]
  desk.channel.write(
    new Uint8Array(Buffer.concat(messages.map((text) => encodeFrame(MULTISTREAM_FRAMING, encoder.encode(text))))),
  )
  const headerIsDue = !reader.received.some(({ message }) => message === 'header')
  const expected = headerIsDue ? ['header', 'na'] : ['na']
  for (const name of expected) {
    const read = await reader.next(desk.connection.waitMs)
    if (read.kind !== 'message') {
      const end = endOf(desk)
      return {
        held: false,
        did: end === null ? `answered the probe with ${read.kind}` : describeReaction(end),
        late: read.kind === 'timeout',
      }
    }
    if (read.message.message !== name)
      return { held: false, did: `sent ${read.message.message} before it answered the probe` }
  }
  return { held: true, did: 'went on: a probe behind it was answered' }
}

/** What was sent instead of the header might be taken for it by a subject that looks away: the probe goes on from there. */
function mayPassForHeader({ steps }: Case): boolean {
  return steps.some((step) => step.do === 'send' || (step.do === 'malform' && step.how !== 'zero-length'))
}

/** The agreed protocol must now run on the channel. */
async function confirmResponder({ desk, trailing, item }: Play): Promise<Finding> {
  const { connection, channel } = desk
  if (desk.reach.at === 'transport') {
    const outcome = await connection.completeHandshake(supportedHere(desk))
    return outcome.kind === 'done'
      ? { held: true, did: 'agreed, and the handshake that follows was completed' }
      : { held: false, did: 'agreed, and then left the handshake', late: outcome.kind === 'timeout' }
  }
  if (!desk.knowledge.protocols.includes(PING)) return stillServed(desk)
  const bytes = item.chunking === 'trailing' && trailing !== null ? trailing : pingBytes()
  if (bytes !== trailing) channel.write(bytes)
  const came = await channel.inbox.has(PING_BYTES, connection.waitMs)
  const same = came && Buffer.compare(channel.inbox.take(PING_BYTES), bytes) === 0
  return same
    ? { held: true, did: 'agreed, and the protocol runs' }
    : { held: false, did: 'agreed, and then did not speak the protocol', late: !came }
}

async function confirmInitiator({ desk }: Play): Promise<Finding> {
  if (desk.reach.at !== 'transport') return stillServed(desk)
  const came = await desk.channel.inbox.has(FIRST_HANDSHAKE_BYTES, desk.connection.waitMs)
  return came
    ? { held: true, did: 'took the answer and began its handshake' }
    : { held: false, did: 'did not begin its handshake', late: true }
}

function pingBytes(): Uint8Array {
  return new Uint8Array(PING_BYTES).fill(0x5a)
}

/** The protocols of a listing: inner messages, each with its own length and newline. Null where it is no listing. */
function listedProtocols(payload: Uint8Array): readonly string[] | null {
  const names: string[] = []
  let rest = payload
  while (rest.length > 0) {
    const length = decodeVarint(rest)
    if (length === null || length === 'malformed') return null
    const end = length.length + Number(length.value)
    if (end > rest.length || Number(length.value) === 0 || rest[end - 1] !== 0x0a) return null
    names.push(new TextDecoder().decode(rest.subarray(length.length, end - 1)))
    rest = rest.subarray(end)
  }
  return names
}
