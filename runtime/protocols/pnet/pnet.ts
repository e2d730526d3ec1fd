import { limits } from '@p2pspec/generated/common/limits'
import type { ConnectionProtector } from '@p2pspec/generated/interfaces/connection-protector'
import { systemClock, type Clock } from '../../core/clock.ts'
import { systemRandom, type Random } from '../../core/random.ts'
import { networkKeyFingerprint, requireNetworkKey } from './network-key.ts'
import { PrivateChannel } from './private-channel.ts'

export interface PnetOptions {
  /** The 32 bytes that make the network; `decodeNetworkKeyFile` reads them from a key file. */
  readonly key: Uint8Array
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
}

/** Puts raw connections under the key of a private network, below everything else. Throws `bad-key`. */
export function pnet({ key, clock = systemClock, random = systemRandom }: PnetOptions): ConnectionProtector {
  const own = requireNetworkKey(key).slice()
  return {
    fingerprint: networkKeyFingerprint(own),
    protect: (carrier, direction) => {
      const channel = new PrivateChannel(carrier, {
        key: own,
        //= PNET-NONCE-2
        ownNonce: random.bytes(limits.pnet.nonceBytes),
        side: direction === 'outbound' ? 'dialer' : 'listener',
        clock,
      })
      channel.start()
      return channel
    },
  }
}
