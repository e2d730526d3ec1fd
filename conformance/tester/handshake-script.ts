import type { Framing } from '@p2pspec/generated/common/machine'
import type { CaseKeys } from './case-keys.ts'
import type { Channel } from './channel.ts'
import { readFrame } from './framing.ts'
import { noiseFrame } from './noise-channel.ts'
import { TAG_LENGTH } from './noise-cipher.ts'
import { NoiseHandshake } from './noise-handshake.ts'
import type { SessionCiphers } from './noise-handshake.ts'
import { buildPayload, readPayload } from './noise-payload.ts'
import type { PayloadAlteration, SubjectPayload } from './noise-payload.ts'
import { oversizeRsaIdentity } from './oversize-rsa.ts'
import { TesterError } from './tester-error.ts'
import type { Transcript } from './transcript.ts'

/** What to get wrong in one handshake message of ours. */
export interface MessageAlteration {
  /** Which part has one bit flipped. */
  readonly tamper?: 'ephemeral' | 'static' | 'payload' | 'tag'
  /** What the length field says. */
  readonly length?: number
  /** The all-zero point in place of our ephemeral key. */
  readonly ephemeral?: 'zero'
  /** Bytes in the payload of the first message, which has none. */
  readonly payload?: Uint8Array
  readonly truncate?: number
  readonly append?: number
}

export interface HandshakeAlteration {
  readonly payload?: PayloadAlteration
  readonly first?: MessageAlteration
  readonly second?: MessageAlteration
  readonly third?: MessageAlteration
}

export type HandshakeOutcome =
  | {
      readonly kind: 'done'
      readonly ciphers: SessionCiphers
      readonly subject: SubjectPayload
      /** Bytes behind the key in the first message, where the subject sent it. */
      readonly firstPayloadBytes: number
    }
  /** The subject ended the connection, or went silent, before this message of its own. */
  | { readonly kind: 'ended' | 'timeout'; readonly before: 'first' | 'second' | 'third' }

const U16_FRAMING: Framing = { kind: 'u16be-prefixed', limit: 65535 }
const KEY_LENGTH = 32
const SEALED_KEY_LENGTH = 48

/** Runs the tester's side of the handshake, with whatever is to be wrong in it. */
export async function runHandshake(
  channel: Channel,
  side: 'initiator' | 'responder',
  keys: CaseKeys,
  transcript: Transcript,
  waitMs: number,
  alteration: HandshakeAlteration = {},
): Promise<HandshakeOutcome> {
  const handshake = new NoiseHandshake(side, { ephemeral: keys.ephemeralKey, fixed: keys.staticKey })
  const payload = buildPayload(
    {
      identity: keys.identity,
      stranger: keys.stranger,
      oversize: oversizeRsaIdentity,
      staticKey: keys.staticKey.publicKey,
      strangerStaticKey: keys.strangerStaticKey.publicKey,
    },
    alteration.payload,
  )
  const send = (name: 'first' | 'second' | 'third', message: Uint8Array): void => {
    transcript.sent('security', message, `handshake message: ${name}`)
    channel.write(alterMessage(name, message, alteration[name]))
  }
  const receive = async (name: 'first' | 'second' | 'third'): Promise<Uint8Array | HandshakeOutcome> => {
    const read = await readFrame(U16_FRAMING, channel.inbox, waitMs)
    if (read.kind === 'frame') return read.payload
    if (read.kind === 'timeout') return { kind: 'timeout', before: name }
    return { kind: 'ended', before: name }
  }
  const zero = new Uint8Array(KEY_LENGTH)

  if (side === 'initiator') {
    const { first } = alteration
    send('first', handshake.writeFirst(first?.payload, first?.ephemeral === 'zero' ? zero : undefined))
    const second = await receive('second')
    if (!(second instanceof Uint8Array)) return second
    const opened = handshake.readSecond(second)
    if (opened === null && first !== undefined) {
      // Our own first message was altered on the way, so the two sides' secrets differ; an attacker would go on with what he has.
      send('third', new Uint8Array(SEALED_KEY_LENGTH + payload.length + TAG_LENGTH))
      return (await channel.inbox.has(1, waitMs)) || channel.inbox.state === 'open'
        ? { kind: 'timeout', before: 'third' }
        : { kind: 'ended', before: 'third' }
    }
    const subject = authenticate(opened, handshake, 'second', transcript)
    send('third', handshake.writeThird(payload))
    return { kind: 'done', ciphers: handshake.split(), subject, firstPayloadBytes: 0 }
  }
  const first = await receive('first')
  if (!(first instanceof Uint8Array)) return first
  const early = handshake.readFirst(first)
  if (early === null)
    throw new TesterError('malformed', 'security', 'the first handshake message of the subject is shorter than a key')
  if (early.length > 0)
    transcript.note('security', `the first handshake message carries ${early.length} bytes of payload`)
  send('second', handshake.writeSecond(payload, alteration.second?.ephemeral === 'zero' ? zero : undefined))
  const third = await receive('third')
  if (!(third instanceof Uint8Array)) return third
  const subject = authenticate(handshake.readThird(third), handshake, 'third', transcript)
  return { kind: 'done', ciphers: handshake.split(), subject, firstPayloadBytes: early.length }
}

function authenticate(
  payload: Uint8Array | null,
  handshake: NoiseHandshake,
  name: string,
  transcript: Transcript,
): SubjectPayload {
  if (payload === null)
    throw new TesterError(
      'bad-identity',
      'security',
      `the ${name} handshake message of the subject fails authentication`,
    )
  transcript.received('security', payload, `payload of the ${name} handshake message`)
  const subject = readPayload(payload, handshake.remoteStatic)
  if (typeof subject === 'string') throw new TesterError('bad-identity', 'security', subject)
  return subject
}

function alterMessage(
  name: 'first' | 'second' | 'third',
  message: Uint8Array,
  alteration: MessageAlteration = {},
): Uint8Array {
  let altered = new Uint8Array(message)
  if (alteration.tamper !== undefined) {
    const at = placeOf(name, alteration.tamper, altered.length)
    altered[at] = (altered[at] ?? 0) ^ 1
  }
  if (alteration.truncate !== undefined) altered = altered.slice(0, Math.max(0, altered.length - alteration.truncate))
  if (alteration.append !== undefined)
    altered = new Uint8Array(Buffer.concat([altered, new Uint8Array(alteration.append)]))
  return noiseFrame(altered, alteration.length)
}

/** A byte inside the named part of a handshake message. */
function placeOf(
  name: 'first' | 'second' | 'third',
  part: 'ephemeral' | 'static' | 'payload' | 'tag',
  length: number,
): number {
  const fixedAt = name === 'second' ? KEY_LENGTH : 0
  switch (part) {
    case 'ephemeral':
      return 0
    case 'static':
      return fixedAt
    case 'payload':
      return fixedAt + SEALED_KEY_LENGTH
    case 'tag':
      return length - 1
  }
}
