import { Worker } from 'node:worker_threads'
import type { FromPeerFile, PeerFileOrder, ToPeerFile } from './peer-file-messages.ts'
import type { PeerRow } from './peer-file.ts'
import { PeerStoreError } from './peer-store-error.ts'

export interface Opened {
  readonly damagedIds: readonly string[]
  /** Why the file that was there had to be moved aside. */
  readonly damage: string | undefined
}

type Answer = Exclude<FromPeerFile, { readonly type: 'loaded' }>

/** A peer file behind a worker: the disk never holds up the event loop. */
export class PeerFileClient {
  readonly #worker: Worker
  readonly #path: string
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  #ended: PeerStoreError | undefined

  constructor(order: PeerFileOrder, onLoaded: (id: string, entry: Uint8Array) => void) {
    this.#path = order.path
    // The same folder holds the sources and what is built of them.
    const name = import.meta.url.endsWith('.ts') ? './peer-file-worker.ts' : './peer-file-worker.js'
    this.#worker = new Worker(new URL(name, import.meta.url), { workerData: order, name: 'peer store' })
    // Open sockets keep a process alive; a store alone should not, unless something waits for it.
    this.#worker.unref()
    this.#worker.on('message', (message: FromPeerFile) => {
      if (message.type === 'loaded') for (const { id, entry } of message.rows) onLoaded(id, entry)
      else this.#settle()?.resolve(message)
    })
    this.#worker.on('error', (cause) => this.#end(cause))
    this.#worker.on('exit', () => this.#end(undefined))
  }

  /** Resolves when all is loaded; rejects with a `PeerStoreError`. */
  async opened(): Promise<Opened> {
    const answer = await this.#answer()
    if (answer.type === 'opened') return answer
    throw faultIn(answer)
  }

  /** Rejects with a `PeerStoreError`. One write at a time. */
  async write(rows: readonly PeerRow[], keep?: readonly string[]): Promise<void> {
    const answer = await this.#ask({ type: 'write', rows, keep })
    if (answer.type !== 'written') throw faultIn(answer)
  }

  /** Lets go of the file; a worker that is gone already has. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return
    const exit = new Promise((resolve) => this.#worker.once('exit', resolve))
    await this.#ask({ type: 'close' })
    this.#worker.ref()
    await exit
  }

  async #ask(message: ToPeerFile): Promise<Answer> {
    if (this.#ended !== undefined) throw this.#ended
    this.#worker.postMessage(message)
    return await this.#answer()
  }

  async #answer(): Promise<Answer> {
    this.#worker.ref()
    return await new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  #settle(): { resolve(answer: Answer): void; reject(error: Error): void } | undefined {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#worker.unref()
    return waiting
  }

  #end(cause: unknown): void {
    const detail = cause === undefined ? '' : `: ${cause instanceof Error ? cause.message : String(cause)}`
    const message = `${this.#path}: what writes it has ended${detail}; the node goes on out of memory`
    this.#ended ??= new PeerStoreError('write-failed', message, { cause })
    this.#settle()?.reject(this.#ended)
  }
}

function faultIn(answer: Answer): PeerStoreError {
  return 'code' in answer
    ? new PeerStoreError(answer.code, answer.message)
    : new PeerStoreError('write-failed', `the file answered "${answer.type}" out of turn`)
}
