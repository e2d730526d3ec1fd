import { join } from 'node:path'
import { numberOf, runPeer, startListener, type Listening } from '../peers/peer-process.ts'
import type { WorkPlan } from './plan.ts'
import { measureCipher } from './raw-cipher.ts'
import type { Stack } from './stack.ts'

/** What no implementation can go past, measured beside them. */
export type LimitName = (typeof limitNames)[number]
export const limitNames = ['raw TCP', 'raw TLS', 'raw ChaCha20-Poly1305'] as const

const command = [process.execPath, join(import.meta.dirname, 'raw-socket.ts')]

/** The limits that say something about this work on this stack. */
export function limitsOf({ transport, security }: Stack, { work, cpu }: WorkPlan): LimitName[] {
  if (transport === 'quic' || work === undefined || work === 'stream') return []
  return [
    'raw TCP',
    ...(security === 'tls' ? (['raw TLS'] as const) : []),
    ...(security === 'noise' && cpu?.per === 'GiB' ? (['raw ChaCha20-Poly1305'] as const) : []),
  ]
}

/** The two listeners of the raw sockets. */
export class Limits implements AsyncDisposable {
  readonly #listeners = new Map<LimitName, Listening>()

  /** The work's figure at the limit: bytes, dials or streams a second, or the median round trip in milliseconds. */
  async measure(limit: LimitName, plan: WorkPlan, size: number, signal: AbortSignal): Promise<number> {
    if (limit === 'raw ChaCha20-Poly1305') return measureCipher(size)
    const { address } = await this.#listener(limit)
    const words = ['dial', address, plan.work ?? '', String(size), String(plan.parallel), ...flags(limit)]
    const event = await runPeer(command, words, 'result', { signal })
    return plan.work === 'latency' ? numberOf(event, 'p50Ms') : size / numberOf(event, 'seconds')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#listeners.values()].map(async ({ process }) => await process.stop()))
  }

  async #listener(limit: LimitName): Promise<Listening> {
    const standing = this.#listeners.get(limit)
    if (standing !== undefined) return standing
    const listening = await startListener(command, flags(limit))
    this.#listeners.set(limit, listening)
    return listening
  }
}

function flags(limit: LimitName): string[] {
  return limit === 'raw TLS' ? ['--tls'] : []
}
