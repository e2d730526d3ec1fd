import type { Clock } from '../core/clock.ts'
import { ObservedAddresses } from '../swarm/observed-addresses/observed-addresses.ts'
import { OwnAddresses, type AnnounceOptions } from '../swarm/own-addresses/own-addresses.ts'
import type { Swarm } from '../swarm/swarm.ts'

/** Where a node is, as far as it knows. */
export interface OwnPlaces {
  readonly addresses: OwnAddresses
  /** Undefined where what peers see is not believed. */
  readonly observed: ObservedAddresses | undefined
  /** The listeners are others than before. */
  refresh(): void
  stop(): void
}

/** Throws where an option is no address. */
export function ownPlaces(
  swarm: Pick<Swarm, 'addresses'>,
  clock: Clock,
  options: AnnounceOptions,
  onChanged: () => void,
): OwnPlaces {
  const isObserving = (options.observedAddresses ?? true) && options.announce === undefined
  const listening = () => swarm.addresses
  const observed = isObserving
    ? new ObservedAddresses({ clock, listening, onChanged: () => addresses.refresh() })
    : undefined
  const addresses = new OwnAddresses({ listening, observed: () => observed?.confirmed ?? [], onChanged }, options)
  // What is announced by name stands from the start.
  return {
    addresses,
    observed,
    refresh: () => {
      observed?.listenersChanged()
      addresses.refresh()
    },
    stop: () => observed?.stop(),
  }
}
