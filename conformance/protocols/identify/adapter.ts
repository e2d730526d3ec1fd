import type { Finding, Play, ProtocolAdapter } from '../../runner/adapter.ts'
import { stillServed } from '../../runner/generated-case.ts'
import { IDENTIFY, IDENTIFY_PUSH } from '../../tester/courtesy.ts'
import { decodeFields, encodeFields } from '../../tester/protobuf.ts'
import type { TesterConnection } from '../../tester/connection.ts'
import type { WireField } from '../../tester/protobuf.ts'

/** Far above what any implementation sends in one message. */
const READ_LIMIT = 64 * 1024
/** An IPv4 and a TCP part of a binary multiaddr. */
const ADDRESS_BYTES = 8
/** An IPv4, a UDP and a QUIC part. */
const QUIC_ADDRESS_BYTES = 11
const SLASH = 0x2f
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Field numbers of the message; `text` fields are strings, `list` fields repeat. */
const FIELDS: Readonly<Record<string, { readonly number: number; readonly text?: true; readonly list?: true }>> = {
  publicKey: { number: 1 },
  listenAddrs: { number: 2, list: true },
  protocols: { number: 3, text: true, list: true },
  observedAddr: { number: 4 },
  protocolVersion: { number: 5, text: true },
  agentVersion: { number: 6, text: true },
  signedPeerRecord: { number: 8 },
}

export const identifyAdapter: ProtocolAdapter = {
  protocol: 'identify',
  framing: { kind: 'uvarint-prefixed', limit: 8192, sendLimit: 4096, suffix: null },
  roles: {
    writer: [{ mode: 'both', reach: { at: 'stream', opens: 'tester', protocol: IDENTIFY } }],
    reader: [
      { mode: 'both', reach: { at: 'stream', opens: 'tester', protocol: IDENTIFY_PUSH } },
      { mode: 'both', reach: { at: 'stream', opens: 'subject', protocol: IDENTIFY } },
    ],
  },

  hindrance(item, { reach }, knowledge) {
    // What the subject has to say of itself is its own matter, and so is whether that is too long for one message.
    if ('rest' in item.given)
      return { kind: 'out-of-reach', why: 'nothing makes the subject say more than fits one message' }
    if (reach.at !== 'stream' || reach.protocol === null) return null
    if (reach.opens === 'subject') {
      return knowledge.opens.includes(reach.protocol)
        ? null
        : { kind: 'out-of-reach', why: 'the subject does not identify its remotes by itself' }
    }
    return knowledge.protocols.includes(reach.protocol)
      ? null
      : { kind: 'unsupported', why: `the subject does not list ${reach.protocol}` }
  },

  encode(_message, fields) {
    const list: WireField[] = Object.entries(FIELDS).flatMap(([name, { number }]) =>
      valuesOf(fields[name]).map((value) => ({ number, value })),
    )
    return encodeFields(list.sort((one, other) => one.number - other.number))
  },

  decode(payload, desk) {
    const wire = decodeFields(payload)
    if (wire === null) return { message: 'malformed', fields: {} }
    const fields: Record<string, unknown> = {}
    for (const [name, { number, text, list }] of Object.entries(FIELDS)) {
      const values = wire.flatMap((field) =>
        field.number === number && typeof field.value !== 'bigint'
          ? [text === true ? decoder.decode(field.value) : field.value]
          : [],
      )
      if (values.length > 0) fields[name] = list === true ? values : values[0]
    }
    // A multiaddr that begins with a slash is one in text.
    fields['textAddresses'] = valuesOf(fields['listenAddrs']).filter(([first]) => first === SLASH).length
    // What a reader needs of it whatever follows: the IPv4 part and that of the transport.
    if (fields['observedAddr'] instanceof Uint8Array)
      fields['observedTransport'] = fields['observedAddr'].subarray(
        0,
        desk.connection.isQuic ? QUIC_ADDRESS_BYTES : ADDRESS_BYTES,
      )
    return { message: 'identify', fields }
  },

  // What the subject says of itself is checked by the cases that look at single fields.
  input: (desk) => ({
    self: {},
    senderPublicKey: desk.connection.keys.identity.publicKey,
    subjectPublicKey: desk.connection.subject?.identityKey,
    testerAddress: addressOf(desk.connection),
    addedAddress: desk.added.map(({ host, port }) => binaryAddress(host, port, desk.connection.isQuic)).at(-1),
  }),

  // A reader may be content with one message and drop the stream: the text says no more than that the message is used.
  probe: (play) => (play.item.role === 'reader' ? stillServed({ ...play.desk, stream: null }) : null),

  confirm: async (play) =>
    play.item.role === 'writer' ? confirmWriter(play) : stillServed({ ...play.desk, stream: null }),
}

/** The writer ends its side behind its message; more parts may come before that. */
async function confirmWriter({ desk, reader }: Play): Promise<Finding> {
  for (;;) {
    const read = await reader.next(desk.connection.waitMs)
    if (read.kind === 'message' && read.payload.length <= READ_LIMIT) continue
    if (read.kind === 'ended') return { held: true, did: 'ended the stream behind its message' }
    if (read.kind === 'timeout') return { held: false, did: 'did not end the stream behind its message', late: true }
    return {
      held: false,
      did: read.kind === 'reset' ? 'reset the stream behind its message' : 'sent bytes that are no message',
    }
  }
}

/** A binary multiaddr of IPv4 and TCP, or of IPv4, UDP and QUIC; undefined where the connection has none. */
function addressOf({ wire, isQuic }: TesterConnection): Uint8Array | undefined {
  const { localAddress, localPort: port } = wire
  if (localAddress === undefined || port === undefined) return undefined
  return binaryAddress(localAddress.replace('::ffff:', ''), port, isQuic)
}

function binaryAddress(host: string, port: number, isQuic: boolean): Uint8Array | undefined {
  const parts = host.split('.').map(Number)
  if (parts.length !== 4) return undefined
  const number = [port >> 8, port & 0xff]
  return isQuic
    ? Uint8Array.of(4, ...parts, 0x91, 0x02, ...number, 0xcd, 0x03)
    : Uint8Array.of(4, ...parts, 6, ...number)
}

function valuesOf(value: unknown): readonly Uint8Array[] {
  if (value === undefined || value === null) return []
  if (value instanceof Uint8Array) return [value]
  if (typeof value === 'string') return [encoder.encode(value)]
  return Array.isArray(value) ? value.flatMap(valuesOf) : []
}
