import { initialKeys, openInitial, readNumber } from './quic-initial.ts'

const PADDING = 0x00
const PING = 0x01
const ACK = 0x02
const ACK_WITH_MARKS = 0x03
const CRYPTO = 0x06
const CLOSE = 0x1c

/** How a listener answered a first packet, as far as it said so under the keys of first packets. */
export interface InitialAnswer {
  /** It went on with the handshake. */
  readonly accepted: boolean
  /** The code with which it ended the connection (RFC 9000, section 20.1). */
  readonly closeCode: number | null
}

/** Reads the answers to a first packet that was sent to this id. */
export function answerOf(datagrams: readonly Uint8Array[], destinationId: Uint8Array): InitialAnswer {
  const keys = initialKeys(destinationId, 'server')
  let accepted = false
  let closeCode: number | null = null
  for (const datagram of datagrams) {
    const payload = openInitial(datagram, keys)
    if (payload === null) continue
    const frames = readFrames(payload)
    accepted ||= frames.accepted
    closeCode ??= frames.closeCode
  }
  return { accepted, closeCode }
}

/** The subject seals these bytes, so that they may be anything: what cannot be read ends the list. */
function readFrames(payload: Buffer): InitialAnswer {
  let accepted = false
  let at = 0
  const next = (): number => {
    const { value, end } = readNumber(payload, at)
    at = end
    return value
  }
  try {
    while (at < payload.length) {
      const type = next()
      if (type === PADDING || type === PING) continue
      if (type === CLOSE) return { accepted, closeCode: next() }
      if (type === CRYPTO) {
        accepted = true
        next()
        const length = next()
        at += length
      } else if (type === ACK || type === ACK_WITH_MARKS) {
        next()
        next()
        // The ranges behind the first are two numbers each.
        const ranges = next()
        next()
        for (let left = 2 * ranges + (type === ACK ? 0 : 3); left > 0 && at < payload.length; left--) next()
      } else break
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return { accepted, closeCode: null }
}
