import { isIPv6 } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import { SwarmError } from '../errors.ts'
import { hostOf } from './address-kind.ts'

const { maxInboundPerAddress, maxInboundPerNetwork } = limits.dialer

/** Counts inbound connections by where they come from. A host of this machine is not counted. */
export class InboundLimits {
  readonly #counts = new Map<string, number>()

  /** Counts one more, and answers the function that gives it back; throws `too-many-from-host` where it is one too many. */
  admit(remote: Multiaddr): () => void {
    const counted = networksOf(remote)
    for (const { network, limit } of counted) {
      if ((this.#counts.get(network) ?? 0) < limit) continue
      throw new SwarmError(
        'too-many-from-host',
        `${network} holds ${limit} inbound connections already; the next was turned away`,
        {
          address: remote.toString(),
          limit,
        },
      )
    }
    for (const { network } of counted) this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1)
    let held = true
    return () => {
      if (!held) return
      held = false
      for (const { network } of counted) this.#release(network)
    }
  }

  get size(): number {
    return this.#counts.size
  }

  #release(network: string): void {
    const left = (this.#counts.get(network) ?? 1) - 1
    if (left === 0) this.#counts.delete(network)
    else this.#counts.set(network, left)
  }
}

interface Counted {
  readonly network: string
  readonly limit: number
}

function networksOf(remote: Multiaddr): readonly Counted[] {
  const host = hostOf(remote)
  if (host === undefined || host.text.startsWith('127.') || host.text === '::1') return []
  if (host.family === 4) return [{ network: `${host.text}/32`, limit: maxInboundPerAddress }]
  const groups = groupsOf(host.text)
  return [
    { network: `${prefix(groups, 56)}/56`, limit: maxInboundPerAddress },
    { network: `${prefix(groups, 48)}/48`, limit: maxInboundPerNetwork },
  ]
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): readonly number[] {
  if (!isIPv6(text)) return []
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const [, start = '', ...bytes] = dotted ?? []
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number)
  const plain = dotted === null ? text : `${start}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  const [head = '', tail] = plain.split('::')
  const read = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)))
  const before = read(head)
  const after = tail === undefined ? [] : read(tail)
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

function prefix(groups: readonly number[], bits: 48 | 56): string {
  const kept = groups.slice(0, 3)
  if (bits === 56) kept.push((groups[3] ?? 0) & 0xff00)
  return `${kept.map((group) => group.toString(16)).join(':')}::`
}
