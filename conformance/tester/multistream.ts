import type { Framing } from '@p2pspec/generated/common/machine'
import type { Channel } from './channel.ts'
import { encodeFrame, readFrame } from './framing.ts'
import { TesterError } from './tester-error.ts'

/** The tester reads far longer lines than it would ever send. */
export const MULTISTREAM_FRAMING: Framing = {
  kind: 'uvarint-prefixed',
  limit: 1024,
  sendLimit: 1024,
  suffix: Uint8Array.of(0x0a),
}
export const MULTISTREAM_HEADER = '/multistream/1.0.0'

/** One multistream-select message. */
export function multistreamMessage(text: string): Uint8Array {
  return encodeFrame(MULTISTREAM_FRAMING, new TextEncoder().encode(text))
}

/** Several messages in one write. */
export function multistreamMessages(...texts: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.concat(texts.map(multistreamMessage)))
}

/** The next message; null when the channel is over, an error when it is late or broken. */
export async function readMultistream(channel: Channel, waitMs: number): Promise<string | null> {
  const read = await readFrame(MULTISTREAM_FRAMING, channel.inbox, waitMs)
  switch (read.kind) {
    case 'frame':
      return new TextDecoder().decode(read.payload)
    case 'malformed':
      throw new TesterError('malformed', 'negotiation', 'the subject sent a malformed multistream-select message')
    case 'timeout':
      throw new TesterError('timeout', 'negotiation', `no multistream-select message within ${waitMs} ms`)
    case 'ended':
    case 'reset':
      return null
  }
}

/** As initiator: header and proposal in one packet. False where the subject answers `na`. */
export async function propose(channel: Channel, protocol: string, waitMs: number): Promise<boolean> {
  channel.write(multistreamMessages(MULTISTREAM_HEADER, protocol))
  return awaitAgreement(channel, protocol, waitMs)
}

/** The first of the protocols that the subject takes, proposed one after the other; null where it takes none. */
export async function proposeFirst(
  channel: Channel,
  protocols: readonly string[],
  waitMs: number,
): Promise<string | null> {
  const [first = '', ...others] = protocols
  if (await propose(channel, first, waitMs)) return first
  for (const protocol of others) {
    channel.write(multistreamMessage(protocol))
    if (await readAnswer(channel, protocol, waitMs)) return protocol
  }
  return null
}

/** The answer to a header and a proposal that left already. */
export async function awaitAgreement(channel: Channel, protocol: string, waitMs: number): Promise<boolean> {
  await readHeader(channel, protocol, waitMs)
  return readAnswer(channel, protocol, waitMs)
}

async function readHeader(channel: Channel, protocol: string, waitMs: number): Promise<void> {
  const header = await readMultistream(channel, waitMs)
  if (header === null)
    throw new TesterError('closed', 'negotiation', `the subject ended the channel instead of negotiating ${protocol}`)
  if (header !== MULTISTREAM_HEADER)
    throw new TesterError('malformed', 'negotiation', `the subject's first message is ${JSON.stringify(header)}`)
}

async function readAnswer(channel: Channel, protocol: string, waitMs: number): Promise<boolean> {
  const answer = await readMultistream(channel, waitMs)
  if (answer === null)
    throw new TesterError('closed', 'negotiation', `the subject ended the channel instead of answering ${protocol}`)
  if (answer === 'na') return false
  if (answer === protocol) return true
  throw new TesterError(
    'malformed',
    'negotiation',
    `the subject answered ${JSON.stringify(answer)} to the proposal ${protocol}`,
  )
}

export interface Accepted {
  readonly protocol: string | null
  /** Everything that the subject proposed, in order. */
  readonly proposed: readonly string[]
}

/** As responder: takes the first proposal that `supports` likes; null where the subject gives up first. */
export async function answer(
  channel: Channel,
  supports: (protocol: string) => boolean,
  waitMs: number,
): Promise<Accepted> {
  const header = await readMultistream(channel, waitMs)
  if (header === null) return { protocol: null, proposed: [] }
  if (header !== MULTISTREAM_HEADER)
    throw new TesterError('malformed', 'negotiation', `the subject's first message is ${JSON.stringify(header)}`)
  const proposed: string[] = []
  for (;;) {
    const proposal = await nextProposal(channel, waitMs, proposed.length > 0)
    if (proposal === null) return { protocol: null, proposed }
    proposed.push(proposal)
    const supported = supports(proposal)
    const reply = supported ? proposal : 'na'
    channel.write(proposed.length === 1 ? multistreamMessages(MULTISTREAM_HEADER, reply) : multistreamMessage(reply))
    if (supported) return { protocol: proposal, proposed }
  }
}

/** Behind a refused proposal may stand bytes of the protocol that was refused: an initiator need not wait for the answer. It gave up then. */
async function nextProposal(channel: Channel, waitMs: number, mayBeOptimistic: boolean): Promise<string | null> {
  try {
    return await readMultistream(channel, waitMs)
  } catch (error) {
    if (mayBeOptimistic && error instanceof TesterError && error.code === 'malformed') return null
    throw error
  }
}
