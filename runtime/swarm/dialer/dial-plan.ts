import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { AddressChoice } from '@p2pspec/generated/interfaces/libp2p'
import { addressKind, type AddressKind } from './address-kind.ts'

export type DialSource = AddressChoice['source']

export interface DialCandidate {
  readonly address: Multiaddr
  readonly source: DialSource
  /** Told in the public network: it does not lead into a private one. */
  readonly fromPublic?: boolean | undefined
}

export interface PlannedDial extends DialCandidate {
  readonly kind: AddressKind
  /** From the start of the call; an earlier failure brings it forward. */
  readonly startMs: number
  readonly reason: string
}

type Group = 'private' | 'public' | 'relay'

const { privateStep, publicStep, relayDelay } = limits.dialer
const sourceOrder: readonly DialSource[] = ['given', 'connected', 'certified', 'identified', 'hint']

/** Puts addresses in the order of their dials and says when each starts. Pure. */
export function planDials(candidates: readonly DialCandidate[]): readonly PlannedDial[] {
  const groups: Record<Group, Ranked[]> = { private: [], public: [], relay: [] }
  for (const candidate of candidates) {
    const kind = addressKind(candidate.address)
    groups[groupOf(kind)].push({ ...candidate, kind })
  }
  const direct = groups.private.length + groups.public.length > 0
  return [
    ...stagger(groups.private, 0, privateStep, 'in a private network'),
    ...stagger(groups.public, 0, publicStep, 'public'),
    ...stagger(groups.relay, direct ? relayDelay : 0, publicStep, 'over a relay'),
  ].sort((left, right) => left.startMs - right.startMs)
}

interface Ranked extends DialCandidate {
  readonly kind: AddressKind
}

function groupOf({ relay, reach }: AddressKind): Group {
  if (relay) return 'relay'
  return reach === 'private' ? 'private' : 'public'
}

function stagger(group: readonly Ranked[], firstMs: number, stepMs: number, what: string): PlannedDial[] {
  return alternate(group.toSorted(byWorth)).map((ranked, index) => {
    const startMs = firstMs + index * stepMs
    return { ...ranked, startMs, reason: `${what}, ${sourceText[ranked.source]}` }
  })
}

const sourceText: Readonly<Record<DialSource, string>> = {
  given: 'given by the caller',
  connected: 'reached before',
  certified: 'signed by the peer',
  identified: 'told by the peer',
  hint: 'told by somebody else',
}

function byWorth(left: Ranked, right: Ranked): number {
  return (
    sourceOrder.indexOf(left.source) - sourceOrder.indexOf(right.source) ||
    left.kind.transportRank - right.kind.transportRank
  )
}

/** IPv6 and IPv4 by turns, IPv6 first: whichever leads nowhere costs one step. */
function alternate(ranked: readonly Ranked[]): Ranked[] {
  const six = ranked.filter(({ kind }) => kind.family === 6)
  const rest = ranked.filter(({ kind }) => kind.family !== 6)
  const both: Ranked[] = []
  for (let index = 0; index < Math.max(six.length, rest.length); index += 1) {
    for (const one of [six[index], rest[index]]) if (one !== undefined) both.push(one)
  }
  return both
}
