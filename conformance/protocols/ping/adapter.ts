import type { Finding, Play, ProtocolAdapter } from '../../runner/adapter.ts'
import { describeReaction, endOf } from '../../runner/reaction.ts'
import { stillServed } from '../../runner/generated-case.ts'
import { PING } from '../../tester/courtesy.ts'

const PAYLOAD_BYTES = 32

export const pingAdapter: ProtocolAdapter = {
  protocol: 'ping',
  framing: { kind: 'fixed', length: PAYLOAD_BYTES },
  roles: {
    server: [{ mode: 'both', reach: { at: 'stream', opens: 'tester', protocol: PING } }],
    client: [{ mode: 'both', reach: { at: 'stream', opens: 'subject', protocol: PING } }],
  },

  hindrance(_item, { reach }, knowledge) {
    if (reach.at !== 'stream') return null
    if (reach.opens === 'subject')
      return knowledge.opens.includes(PING)
        ? null
        : { kind: 'out-of-reach', why: 'the subject opens no ping stream by itself' }
    return knowledge.protocols.includes(PING) ? null : { kind: 'unsupported', why: `the subject does not list ${PING}` }
  },

  encode(_message, fields) {
    const { data } = fields
    return data instanceof Uint8Array && data.length > 0 ? data : payload(1)
  },

  decode: (bytes) => ({ message: 'payload', fields: { data: bytes } }),

  input(_desk, received) {
    const last = received.at(-1)?.fields['data'] ?? payload(1)
    return { first: last, sent: last, data: payload(1) }
  },

  trailing: () => null,

  // A client may go on, wait or be done with the connection: all of that is its application's choice.
  probe: (play) =>
    play.item.role === 'server'
      ? probeServer(play)
      : Promise.resolve({ held: true, did: 'took the answer', weak: true }),

  // It may repeat the process whenever it likes.
  mayFollow: ({ item }) => item.role === 'client',

  async confirm(play) {
    return play.item.role === 'server' ? confirmEnded(play) : stillServed({ ...play.desk, stream: null })
  },
}

/** Another payload behind everything: its echo must be the next that comes. */
async function probeServer({ desk, reader }: Play): Promise<Finding> {
  const probe = payload(0x77)
  desk.channel.write(probe)
  const read = await reader.next(desk.connection.waitMs)
  if (read.kind === 'message') {
    const same = Buffer.compare(read.payload, probe) === 0
    return same
      ? { held: true, did: 'went on echoing' }
      : { held: false, did: 'sent other bytes before it echoed the probe' }
  }
  const end = endOf(desk)
  return {
    held: false,
    did: end === null ? 'did not echo a second payload' : describeReaction(end),
    late: read.kind === 'timeout',
  }
}

async function confirmEnded({ desk }: Play): Promise<Finding> {
  const { inbox } = desk.channel
  const over = await inbox.watch.until(() => inbox.state !== 'open', desk.connection.waitMs)
  if (!over) return { held: false, did: 'did not end its side of the stream', late: true }
  if (inbox.length > 0) return { held: false, did: `sent ${inbox.length} more bytes` }
  return inbox.state === 'ended'
    ? { held: true, did: 'ended its side of the stream' }
    : { held: false, did: 'reset the stream' }
}

/** No two bytes alike, so that an echo in another order is no echo. */
function payload(first: number): Uint8Array {
  return Uint8Array.from({ length: PAYLOAD_BYTES }, (_, index) => (first + index * 7) & 0xff)
}
