import type { ByteDuplex, ByteSink } from '@p2pspec/generated/interfaces/stream'

/** Writing beyond this without being held back is no back-pressure. */
const unlimitedBytes = 256 * 1024 * 1024

/** Consumes a channel and writes down what it is told, in order. */
export class ChannelRecorder implements ByteSink {
  readonly log: string[] = []
  byteCount = 0
  failure: Error | undefined
  readonly #chunks: Uint8Array[] = []
  readonly #channel: ByteDuplex
  readonly #echo: boolean

  constructor(channel: ByteDuplex, options: { readonly echo?: boolean } = {}) {
    this.#channel = channel
    this.#echo = options.echo ?? false
    channel.consume(this)
  }

  /** The remote ended, or the channel failed. */
  get isOver(): boolean {
    return this.log.includes('end') || this.failure !== undefined
  }

  push(chunk: Uint8Array): void {
    this.log.push(`push ${chunk.length}`)
    this.byteCount += chunk.length
    this.#chunks.push(chunk.slice())
    if (this.#echo) this.#channel.writeNow(chunk.slice())
  }

  end(): void {
    this.log.push('end')
  }

  fail(error: Error): void {
    this.log.push('fail')
    this.failure = error
  }

  drain(): void {
    this.log.push('drain')
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }
}

/** Writes until it is held back; how many bytes went in. */
export function fill(channel: ByteDuplex): number {
  for (let written = 65_536; written < unlimitedBytes; written += 65_536) {
    if (!channel.writeNow(new Uint8Array(65_536))) return written
  }
  throw new Error(`${unlimitedBytes} bytes were taken without a word of holding back`)
}
