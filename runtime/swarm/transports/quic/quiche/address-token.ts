import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const macBytes = 32
const timeBytes = 8
/** A token is used at once, or never. */
const lifetimeMs = 10_000

/** Proves that whoever shows a token receives at the address that it was sent to. Nothing is kept of those that were given out. */
export class AddressTokens {
  readonly #key = randomBytes(32)

  make(host: string, port: number, originalId: Uint8Array, nowMs: number): Uint8Array {
    const time = Buffer.alloc(timeBytes)
    time.writeBigUInt64BE(BigInt(Math.floor(nowMs)))
    return Buffer.concat([this.#mac(host, port, time, originalId), time, originalId])
  }

  /** The id that the remote chose for its first packet; undefined where the token is none of this side's, or too old. */
  read(token: Uint8Array, host: string, port: number, nowMs: number): Uint8Array | undefined {
    if (token.length <= macBytes + timeBytes) return undefined
    const time = Buffer.from(token.subarray(macBytes, macBytes + timeBytes))
    const originalId = token.subarray(macBytes + timeBytes)
    if (!timingSafeEqual(this.#mac(host, port, time, originalId), token.subarray(0, macBytes))) return undefined
    const ageMs = nowMs - Number(time.readBigUInt64BE())
    return ageMs >= 0 && ageMs <= lifetimeMs ? originalId : undefined
  }

  #mac(host: string, port: number, time: Uint8Array, originalId: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(`${host} ${port} `).update(time).update(originalId).digest()
  }
}
