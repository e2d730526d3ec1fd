import { limits } from '@p2pspec/generated/common/limits'
import { decodeRequest, encodeRequest } from '@p2pspec/generated/protocols/perf/layout'
import type { ClientAction, ClientEvent, ServerAction, ServerEvent } from '@p2pspec/generated/protocols/perf/machine'
import type { ByteSource, DriverCodec } from '../../core/driver-codec.ts'

const requestBytes = 8
//= PERF-DATA-1
const zeros = new Uint8Array(limits.perf.writeBytes)

/** Zeros, as many as asked for, out of one block that is never written to. */
export class ZeroSource implements ByteSource {
  #remaining: bigint
  readonly #onEnd: () => void

  constructor(length: bigint, onEnd: () => void) {
    this.#remaining = length
    this.#onEnd = onEnd
  }

  next(): Uint8Array | undefined {
    if (this.#remaining === 0n) {
      this.#onEnd()
      return undefined
    }
    const block = this.#remaining < BigInt(zeros.byteLength) ? zeros.subarray(0, Number(this.#remaining)) : zeros
    this.#remaining -= BigInt(block.byteLength)
    return block
  }
}

/** The client writes the request and the upload; everything it reads is data. */
export class ClientCodec implements DriverCodec<ClientEvent, ClientAction> {
  readonly keepsNothing = true
  readonly isPartial = false
  #length = 0
  readonly #onUploaded: () => void

  /** `onUploaded`: the last byte of the upload was handed to the stream. */
  constructor(onUploaded: () => void) {
    this.#onUploaded = onUploaded
  }

  feed(chunk: Uint8Array): void {
    this.#length = chunk.byteLength
  }

  next(): ClientEvent | undefined {
    const length = this.#length
    if (length === 0) return undefined
    this.#length = 0
    return { type: 'recv.data', length: BigInt(length) }
  }

  encode(action: ClientAction): Uint8Array | ByteSource {
    switch (action.type) {
      case 'send.request':
        return encodeRequest({ downloadBytes: action.downloadBytes })
      case 'send.data':
        return new ZeroSource(action.length, this.#onUploaded)
      default:
        throw new TypeError(`${action.type} is no message of a perf client`)
    }
  }
}

/** The server reads eight bytes and then data; it writes data. */
export class ServerCodec implements DriverCodec<ServerEvent, ServerAction> {
  readonly keepsNothing = true
  /** Bytes that were uploaded so far. */
  uploadedBytes = 0
  readonly #request = new Uint8Array(requestBytes)
  #filled = 0
  #chunk: Uint8Array = zeros.subarray(0, 0)

  feed(chunk: Uint8Array): void {
    this.#chunk = chunk
  }

  next(): ServerEvent | undefined {
    if (this.#chunk.byteLength === 0) return undefined
    if (this.#filled < requestBytes) return this.#readRequest()
    const length = this.#chunk.byteLength
    this.#chunk = zeros.subarray(0, 0)
    this.uploadedBytes += length
    return { type: 'recv.data', length: BigInt(length) }
  }

  get isPartial(): boolean {
    return this.#filled > 0 && this.#filled < requestBytes
  }

  encode(action: ServerAction): Uint8Array | ByteSource {
    if (action.type !== 'send.data') throw new TypeError(`${action.type} is no message of a perf server`)
    return new ZeroSource(action.length, () => {})
  }

  #readRequest(): ServerEvent | undefined {
    const taken = this.#chunk.subarray(0, requestBytes - this.#filled)
    this.#request.set(taken, this.#filled)
    this.#filled += taken.byteLength
    this.#chunk = this.#chunk.subarray(taken.byteLength)
    if (this.#filled < requestBytes) return undefined
    return { type: 'recv.request', ...decodeRequest(this.#request) }
  }
}
