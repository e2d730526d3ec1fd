import { Watch } from './watch.ts'

/** `ended`: the remote said that it sends no more. `reset`: it broke the channel off, or a carrier below was lost. */
export type InboxState = 'open' | 'ended' | 'reset'

/** The received bytes of one channel, taken by the reader in the pieces that it wants. */
export class Inbox {
  readonly watch = new Watch()
  #chunks: Uint8Array[] = []
  #length = 0
  #state: InboxState = 'open'
  #received = 0

  get length(): number {
    return this.#length
  }

  get state(): InboxState {
    return this.#state
  }

  /** All bytes that ever came, taken or not. */
  get received(): number {
    return this.#received
  }

  /** Nothing more can be read now or later. */
  get over(): boolean {
    return this.#state !== 'open' && this.#length === 0
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#length += chunk.length
    this.#received += chunk.length
    this.watch.changed()
  }

  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.watch.changed()
  }

  /** After an end it says nothing new: the remote had finished. */
  reset(): void {
    if (this.#state !== 'open') return
    this.#state = 'reset'
    this.watch.changed()
  }

  /** The first `count` bytes, or fewer where fewer are there, left in place. */
  peek(count: number): Uint8Array {
    const joined = this.#joined()
    return joined.subarray(0, count)
  }

  /** Takes out the first `count` bytes, which must be there. */
  take(count: number): Uint8Array {
    if (count > this.#length) throw new RangeError(`${count} bytes wanted, ${this.#length} there`)
    const joined = this.#joined()
    this.#length -= count
    this.#chunks = this.#length === 0 ? [] : [joined.subarray(count)]
    return joined.subarray(0, count)
  }

  takeAll(): Uint8Array {
    return this.take(this.#length)
  }

  /** True once `count` bytes are there; false when the channel is over before that, or the time is. */
  async has(count: number, waitMs: number): Promise<boolean> {
    await this.watch.until(() => this.#length >= count || this.#state !== 'open', waitMs)
    return this.#length >= count
  }

  #joined(): Uint8Array {
    const [first] = this.#chunks
    if (first === undefined) return new Uint8Array()
    if (this.#chunks.length === 1) return first
    const joined = new Uint8Array(Buffer.concat(this.#chunks))
    this.#chunks = [joined]
    return joined
  }
}
