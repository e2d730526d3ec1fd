import { createHash, generateKeyPairSync } from 'node:crypto'
import type { Finding, Play, ProtocolAdapter } from '../../runner/adapter.ts'
import { stillServed } from '../../runner/generated-case.ts'
import { describeReaction, endOf } from '../../runner/reaction.ts'
import { peerIdBytesOf, peerIdOf } from '../../tester/identity.ts'
import { MULTISTREAM_HEADER, multistreamMessages } from '../../tester/multistream.ts'
import { oversizeRsaIdentity } from '../../tester/oversize-rsa.ts'
import { decodeExchange, encodeExchange, EXCHANGE_FRAMING } from '../../tester/plaintext-exchange.ts'
import { encodeFields } from '../../tester/protobuf.ts'
import { YAMUX } from '../../tester/stack.ts'
import { TesterError } from '../../tester/tester-error.ts'

/** Key types of the wire: 0 RSA, 3 ECDSA. */
const RSA = 0n
const ECDSA = 3n

/** Nothing is signed in plaintext, so that any key can be shown, whoever has its private half. */
export const plaintextAdapter: ProtocolAdapter = {
  protocol: 'plaintext',
  framing: EXCHANGE_FRAMING,
  roles: {
    responder: [{ mode: 'listener', reach: { at: 'plaintext' } }],
    initiator: [{ mode: 'dialer', reach: { at: 'plaintext' } }],
  },

  hindrance: (item) =>
    item.role === 'responder' && item.id.includes('.wrongPeer')
      ? { kind: 'out-of-reach', why: 'a node that was dialled expects nobody in particular' }
      : null,

  encode: (_message, { id, pubkey }) =>
    encodeExchange({
      id: id instanceof Uint8Array ? id : undefined,
      pubkey: pubkey instanceof Uint8Array ? pubkey : undefined,
    }),

  decode(payload) {
    const exchange = decodeExchange(payload)
    if (exchange === null) return { message: 'malformed', fields: {} }
    const { id, pubkey } = exchange
    const consistent = id !== undefined && pubkey !== undefined && Buffer.compare(id, peerIdBytesOf(pubkey)) === 0
    return { message: 'exchange', fields: { id, pubkey, consistent } }
  },

  input({ connection: { keys } }) {
    const { publicKey } = keys.identity
    return {
      senderPublicKey: publicKey,
      senderPeerId: peerIdBytesOf(publicKey),
      senderHashedId: hashedId(publicKey),
      strangerPublicKey: keys.stranger.publicKey,
      strangerPeerId: peerIdBytesOf(keys.stranger.publicKey),
      // Made where a case asks for them: some take a while.
      get rsaPublicKey() {
        return rsaKey()
      },
      get rsaPeerId() {
        return peerIdBytesOf(rsaKey())
      },
      get ecdsaPublicKey() {
        return ecdsaKey()
      },
      get ecdsaPeerId() {
        return peerIdBytesOf(ecdsaKey())
      },
      get oversizePublicKey() {
        return oversizeRsaIdentity().publicKey
      },
      get oversizePeerId() {
        return peerIdBytesOf(oversizeRsaIdentity().publicKey)
      },
    }
  },

  // The subject's message must hold together. A listener is the peer that it was before; a program that dials may be a new one each time.
  fits({ message, fields: { pubkey, consistent } }, { connection, knowledge }) {
    if (message !== 'exchange') return null
    if (consistent !== true || !(pubkey instanceof Uint8Array)) return false
    return connection.side === 'listener' || knowledge.peerId === null || peerIdOf(pubkey) === knowledge.peerId
  },

  // Only a dialler has something to say behind its message.
  trailing: ({ connection, knowledge }) =>
    connection.side === 'dialer' ? multistreamMessages(MULTISTREAM_HEADER, knowledge.stack.muxers[0] ?? YAMUX) : null,

  lure: goesOn,

  confirm,
}

/** Negotiates the muxer over the bare channel, and asks for a sign of life on it. */
async function confirm(play: Play): Promise<Finding> {
  try {
    await raise(play)
    return await stillServed(play.desk)
  } catch (error) {
    if (!(error instanceof TesterError)) throw error
    const end = endOf(play.desk)
    return {
      held: false,
      did: end === null ? error.message : describeReaction(end),
      late: error.code === 'timeout',
    }
  }
}

async function goesOn(play: Play): Promise<boolean> {
  const last = play.item.steps.at(-1)
  // Behind an end, a reset, or a frame that claims more than it has, nothing that is sent would mean anything.
  if (last?.do !== 'send') return false
  try {
    await raise(play)
  } catch (error) {
    if (error instanceof TesterError) return false
    throw error
  }
  const { connection } = play.desk
  return (await connection.session.ping(connection.waitMs)) !== null
}

async function raise({ desk, reader, trailing }: Play): Promise<void> {
  const { connection, knowledge } = desk
  const pubkey = reader.received.find(({ message }) => message === 'exchange')?.fields['pubkey']
  if (!(pubkey instanceof Uint8Array)) throw new TesterError('closed', 'security', 'the subject did not say who it is')
  connection.usePlaintext({ peerId: peerIdOf(pubkey), identityKey: pubkey })
  if (trailing === null) await connection.agreeOnMuxer()
  else await connection.awaitMuxer(knowledge.stack.muxers[0] ?? YAMUX)
  connection.startSession()
}

let rsa: Uint8Array | undefined
let ecdsa: Uint8Array | undefined

/** The same key for the whole process: the id that is sent beside it must be its own. */
function rsaKey(): Uint8Array {
  const make = (): Uint8Array =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'der', type: 'spki' })
  rsa ??= keyMessage(RSA, make())
  return rsa
}

function ecdsaKey(): Uint8Array {
  const make = (): Uint8Array =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' })
  ecdsa ??= keyMessage(ECDSA, make())
  return ecdsa
}

function keyMessage(type: bigint, data: Uint8Array): Uint8Array {
  return encodeFields([
    { number: 1, value: type },
    { number: 2, value: new Uint8Array(data) },
  ])
}

/** The hash of a short key where the key itself is the id. */
function hashedId(publicKey: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([Uint8Array.of(0x12, 0x20), createHash('sha256').update(publicKey).digest()]))
}
