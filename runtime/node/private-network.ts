import type { ConnectionProtector } from '@p2pspec/generated/interfaces/connection-protector'
import type { Transport } from '@p2pspec/generated/interfaces/transport'
import type { Clock } from '../core/clock.ts'
import { PnetError } from '../protocols/pnet/pnet-error.ts'

/** `1` in the environment: no node of this process may be in the public network. Every libp2p implementation reads the same name. */
const forcedBy = 'LIBP2P_FORCE_PNET'

export interface NetworkOptions {
  readonly pnet?: { readonly key: Uint8Array }
  readonly transports?: readonly Transport[]
}

export interface NetworkParts {
  readonly transports: readonly Transport[]
  readonly protector: ConnectionProtector | undefined
}

/**
 * The transports of a node and what keeps it within its private network. Throws `PnetError`: `key-missing` where a private network is
 * demanded and there is no key, `unprotectable` where a transport was asked for that cannot be put under one.
 */
export async function privateNetwork(
  { pnet: network, transports }: NetworkOptions,
  defaults: readonly Transport[],
  clock: Clock,
): Promise<NetworkParts> {
  if (network === undefined) {
    requireNotForced()
    return { transports: transports ?? defaults, protector: undefined }
  }
  //= PNET-CARRIER-1
  const outside = transports?.find(({ ownSecurity }) => ownSecurity === true)
  if (outside !== undefined) {
    throw new PnetError(
      'unprotectable',
      `The transport ${outside.name} secures its connections by itself, so they cannot be put under the key of a private network: leave it out.`,
    )
  }
  // Loaded where it is wanted: few nodes are in a private network.
  const { pnet } = await import('../protocols/pnet/pnet.ts')
  return {
    transports: transports ?? defaults.filter(({ ownSecurity }) => ownSecurity !== true),
    protector: pnet({ key: network.key, clock }),
  }
}

//= PNET-FORCE-1
//= PNET-FORCE-2
function requireNotForced(): void {
  const value = process.env[forcedBy]
  if (value === undefined || value === '' || value === '0' || value === 'false') return
  throw new PnetError(
    'key-missing',
    `${forcedBy} is set, so a node without the key of a private network does not start: give it a key, or clear ${forcedBy}.`,
  )
}
