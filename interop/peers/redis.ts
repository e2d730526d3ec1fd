import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@redis/client'

export type RedisErrorCode = 'unreachable' | 'lost' | 'refused' | 'no-answer'

/** The Redis through which two nodes meet did not do its part; never the fault of a node. */
export class RedisError extends Error {
  override readonly name = 'RedisError'
  readonly code: RedisErrorCode

  constructor(code: RedisErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export interface RedisAddress {
  readonly host: string
  readonly port: number
}

const retryMs = 100
/** A command that waits for nobody is answered at once, on a busy machine within seconds. */
const answerMs = 30_000

/** What the contract of a node says to Redis, on one connection that is never made anew. */
export class Redis implements Disposable {
  readonly #client: Client
  readonly #address: RedisAddress
  readonly #where: string
  readonly #attempt: Attempt

  private constructor(client: Client, address: RedisAddress, attempt: Attempt) {
    this.#client = client
    this.#address = address
    this.#where = whereOf(address)
    this.#attempt = attempt
  }

  /** Connects, again and again until the signal says that it is enough: Redis may start later than who needs it. */
  static async connect(address: RedisAddress, signal: AbortSignal): Promise<Redis> {
    const attempt: Attempt = { connected: false, failure: undefined }
    const client = clientOf(address, attempt)
    client.on('error', (error: unknown) => {
      attempt.failure = error
      // What does not speak its protocol is no Redis: nothing that waits for it would ever be answered.
      if (attempt.connected && client.isOpen) client.destroy()
    })
    try {
      await until(signal, client.connect())
    } catch (error) {
      if (client.isOpen) client.destroy()
      throw new RedisError('unreachable', `no Redis answers at ${whereOf(address)}`, { cause: attempt.failure ?? error })
    }
    attempt.connected = true
    return new Redis(client, address, attempt)
  }

  async get(key: string): Promise<string | null> {
    return await this.#ask('GET', this.#client.get(key))
  }

  async set(key: string, value: string): Promise<void> {
    await this.#ask('SET', this.#client.set(key, value))
  }

  async remove(key: string): Promise<void> {
    await this.#ask('DEL', this.#client.del(key))
  }

  async push(list: string, value: string): Promise<void> {
    await this.#ask('RPUSH', this.#client.rPush(list, value))
  }

  /** The first element of a list, taken out of it; null where there is none. */
  async shift(list: string): Promise<string | null> {
    return await this.#ask('LPOP', this.#client.lPop(list))
  }

  /** The value of a key, or the first element where it is a list, taken out of it; null where there is nothing. */
  async find(key: string): Promise<string | null> {
    try {
      return await this.get(key)
    } catch (error) {
      if (error instanceof RedisError && error.code === 'refused' && /WRONGTYPE/.test(error.message))
        return await this.shift(key)
      throw error
    }
  }

  /** Gives the value to who is blocked on the list at this moment; false where nobody is, and then nothing stays. */
  async handOver(list: string, value: string): Promise<boolean> {
    // Both leave at once, so that nobody sees the element who does not wait for it already.
    const [, left] = await Promise.all([
      this.push(list, value),
      this.#ask('LREM', this.#client.lRem(list, 1, value)),
    ])
    return left === 0
  }

  /** Sees every command that this Redis is given, on a connection of its own; null where Redis does not let it. */
  async watch<T>(wanted: Wanted<T>, signal: AbortSignal): Promise<Watch<T> | null> {
    const watching = await Redis.connect(this.#address, signal)
    try {
      return await watching.#monitor(wanted, signal)
    } catch (error) {
      watching[Symbol.dispose]()
      if (error instanceof RedisError && error.code === 'refused') return null
      throw error
    }
  }

  async #monitor<T>(wanted: Wanted<T>, signal: AbortSignal): Promise<Watch<T>> {
    const { promise, resolve, reject } = Promise.withResolvers<NonNullable<T>>()
    const lost = new RedisError('lost', `MONITOR of Redis at ${this.#where}: the connection ended`)
    this.#client.once('end', () => reject(lost))
    const hear = (line: unknown): void => {
      const found = wanted(wordsOf(String(line)))
      if (found !== undefined && found !== null) resolve(found)
    }
    const found = until(signal, promise)
    // Who disposes of it, or is refused, does not want to know any more.
    found.catch(() => undefined)
    await this.#ask('MONITOR', this.#client.monitor(hear), signal)
    return { found, [Symbol.dispose]: () => this[Symbol.dispose]() }
  }

  /** The value of a key, once it has one; a list does as well. */
  async poll(key: string, signal: AbortSignal): Promise<string> {
    for (;;) {
      const value = await this.find(key)
      if (value !== null && value !== '') return value
      await delay(retryMs, undefined, { signal }).catch((error: unknown) => {
        throw new RedisError('no-answer', `nobody put ${key} into Redis in time`, { cause: error })
      })
    }
  }

  /** Takes the first element of a list, once there is one. */
  async take(list: string, signal: AbortSignal): Promise<string> {
    const taken = await this.#ask('BLPOP', this.#client.blPop(list, 0), signal)
    if (taken === null) throw new RedisError('refused', `Redis had no element of ${list}`)
    return taken.element
  }

  [Symbol.dispose](): void {
    if (this.#client.isOpen) this.#client.destroy()
  }

  async #ask<T>(command: string, reply: Promise<T>, signal = AbortSignal.timeout(answerMs)): Promise<T> {
    try {
      return await until(signal, reply)
    } catch (error) {
      const what = `${command} to Redis at ${this.#where}`
      if (signal.aborted) throw new RedisError('no-answer', `${what} was not answered in time`, { cause: error })
      const cause = this.#client.isReady ? error : (this.#attempt.failure ?? error)
      const reason = cause instanceof Error ? cause.message : String(cause)
      if (this.#client.isReady) throw new RedisError('refused', `${what} was refused: ${reason}`, { cause })
      throw new RedisError('lost', `${what}: the connection ended: ${reason}`, { cause })
    }
  }
}

/** Undefined for the words of a command that is none of those waited for. */
type Wanted<T> = (words: readonly string[]) => T | undefined

export interface Watch<T> extends Disposable {
  /** What was made of the first command that was waited for. */
  readonly found: Promise<NonNullable<T>>
}

/** `1700000000.1 [0 127.0.0.1:4000] "GET" "a key"`: what stands in quotes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word.replaceAll(/\\(["\\])/g, '$1'))
}

function whereOf({ host, port }: RedisAddress): string {
  return `${host}:${port}`
}

type Client = ReturnType<typeof clientOf>

interface Attempt {
  connected: boolean
  /** The last thing that went wrong. */
  failure: unknown
}

/** A client that says nothing but what it is told to, so that everything which speaks RESP 2 will do. */
function clientOf({ host, port }: RedisAddress, attempt: Attempt) {
  return createClient({
    RESP: 2,
    disableClientInfo: true,
    disableOfflineQueue: true,
    socket: { host, port, connectTimeout: answerMs, reconnectStrategy: () => !attempt.connected && retryMs },
  })
}

/** What comes first: the result, or that there is no time left for it. */
async function until<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  const listening = new AbortController()
  const over = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { signal: listening.signal })
  })
  try {
    return await Promise.race([result, over])
  } finally {
    listening.abort()
  }
}
