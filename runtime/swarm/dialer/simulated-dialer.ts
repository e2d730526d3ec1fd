import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { SeededRandom } from '../../core/random.ts'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { privateKeyFromSeed } from '../../crypto/keys.ts'
import { peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { MemoryPeerStore } from '../peer-store/memory-peer-store.ts'
import { DialError } from './dial-error.ts'
import { Dialer, type DialerParts } from './dialer.ts'
import { openGate } from './gate.ts'

export const peer = peerFromSeed(1)
export const self = peerFromSeed(2)

interface Start {
  readonly address: string
  readonly at: number
}

/** A dialler whose every address fails after the time that the network says, or hangs where it says none. */
export function simulate(failAfterMs: (address: string) => number | undefined, changes: Partial<DialerParts> = {}) {
  const clock = new SimulatedClock()
  const starts: Start[] = []
  const running = { now: 0, most: 0 }
  const book = new MemoryPeerStore(clock)
  const transport = {
    name: 'fake',
    canDial: (address: Multiaddr) => address.toString().includes('/tcp/'),
    canListen: () => false,
    dial: async () => await Promise.reject(new Error('not used')),
    listen: async () => await Promise.reject(new Error('not used')),
  }
  const dialer = new Dialer({
    self,
    transports: [transport],
    clock,
    random: new SeededRandom(7),
    resolver: { addresses: async () => [], texts: async () => [] },
    gater: openGate,
    addressBook: book,
    addressTimeoutMs: limits.dialer.addressTimeout,
    stopped: new AbortController().signal,
    listening: () => [],
    connectionsTo: () => [],
    connect: async ({ address, signal }) => {
      starts.push({ address: address.toString(), at: clock.now() })
      running.now += 1
      running.most = Math.max(running.most, running.now)
      return await new Promise((_resolve, reject) => {
        const end = (error: Error): void => {
          running.now -= 1
          reject(error)
        }
        signal.addEventListener(
          'abort',
          () => end(signal.reason instanceof Error ? signal.reason : new Error('aborted')),
          {
            once: true,
          },
        )
        const after = failAfterMs(address.toString())
        if (after !== undefined) clock.startTimer(after, () => end(new Error('refused')))
      })
    },
    onConnection: () => {},
    ...changes,
  })
  return { clock, starts, running, book, dialer }
}

export const failureOf = async (dial: Promise<unknown>): Promise<DialError> => {
  const error: unknown = await dial.catch((error: unknown) => error)
  if (error instanceof DialError) return error
  throw new Error(`no DialError but ${String(error)}`)
}

export function peerFromSeed(seed: number): PeerId {
  return peerIdFromPublicKey(privateKeyFromSeed(new Uint8Array(32).fill(seed)).publicKey)
}
