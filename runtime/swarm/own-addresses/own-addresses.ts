import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import { hostOf } from '../dialer/address-kind.ts'
import { withoutPeer } from '../dialer/target.ts'
import { addressFilter } from './address-filter.ts'

export interface AnnounceOptions {
  /** Told to others in place of all that this node finds out by itself. */
  readonly announce?: readonly (string | Multiaddr)[]
  /** Told to others as well. */
  readonly appendAnnounce?: readonly (string | Multiaddr)[]
  /** Never told to others, wherever it comes from: addresses, and networks such as `/ip4/10.0.0.0/ipcidr/8`. */
  readonly noAnnounce?: readonly (string | Multiaddr)[]
  /** Tell others also where peers in several networks see this node; on, unless told. */
  readonly observedAddresses?: boolean
}

export interface OwnAddressesParts {
  /** Where this node listens, a wildcard written out as the addresses of its interfaces. */
  listening(): readonly Multiaddr[]
  /** Where peers agree to have seen it. */
  observed(): readonly Multiaddr[]
  onChanged(addresses: readonly Multiaddr[]): void
}

const { maxAddresses } = limits.peerRecord

/** The addresses that a node tells of itself. */
export class OwnAddresses {
  readonly #parts: OwnAddressesParts
  readonly #announce: readonly Multiaddr[] | undefined
  readonly #append: readonly Multiaddr[]
  readonly #isWanted: (address: Multiaddr) => boolean
  #all: readonly Multiaddr[] = []

  /** Throws where an option is no address. */
  constructor(parts: OwnAddressesParts, { announce, appendAnnounce = [], noAnnounce = [] }: AnnounceOptions) {
    this.#parts = parts
    this.#announce = announce?.map(read)
    this.#append = appendAnnounce.map(read)
    this.#isWanted = addressFilter(noAnnounce.map((address) => multiaddr(address)))
  }

  /** Without the peer id, the most useful first: what does not fit into a message is left out from the end. */
  get all(): readonly Multiaddr[] {
    return this.#all
  }

  /** Something that they follow from is another now. */
  refresh(): void {
    const found = this.#announce ?? [...this.#parts.observed(), ...loopbackLast(this.#parts.listening())]
    const distinct = new Map([...this.#append, ...found].map((address) => [address.toString(), address]))
    const all = [...distinct.values()].filter((address) => !isUnspecified(address) && this.#isWanted(address))
    const told = all.slice(0, maxAddresses)
    if (told.map(String).join(' ') === this.#all.map(String).join(' ')) return
    this.#all = told
    this.#parts.onChanged(told)
  }
}

function read(address: string | Multiaddr): Multiaddr {
  return withoutPeer(multiaddr(address))
}

function loopbackLast(addresses: readonly Multiaddr[]): readonly Multiaddr[] {
  const isLoopback = (address: Multiaddr): boolean => /^(127\.|::1$)/.test(hostOf(address)?.text ?? '')
  return [...addresses.filter((address) => !isLoopback(address)), ...addresses.filter(isLoopback)]
}

/** Nobody can dial that. */
function isUnspecified(address: Multiaddr): boolean {
  const host = hostOf(address)?.text
  return host === '0.0.0.0' || host === '::'
}
