import { isIP } from 'node:net'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { NameResolver } from './name-resolver.ts'
import { peerOf, plainAddress, withoutPeer } from './target.ts'
import { asError } from './until-aborted.ts'

type Component = ReturnType<Multiaddr['getComponents']>[number]

const { maxDnsRecords, maxDnsTextBytes, maxDnsLookups, maxDnsLookupsPerDial, maxDnsDepth, maxAddressesPerDial } =
  limits.dialer
const nameKinds = new Set(['dns', 'dns4', 'dns6', 'dnsaddr'])
/** What a record may begin with: a name server has no say about sockets of this machine. */
const hostKinds = new Set([...nameKinds, 'ip4', 'ip6', 'ip6zone'])
/** Transports that tell the remote the name: they get it whole, and look it up by `lookUpHosts`. */
const nameKeepers = new Set(['ws', 'wss', 'tls', 'http', 'https', 'sni', 'webtransport'])

/** Whether the address has a name that must be resolved before it is dialled. */
export function needsResolving(address: Multiaddr): boolean {
  const names = address.getComponents().map(({ name }) => name)
  if (names.includes('dnsaddr')) return true
  return names.some((name) => nameKinds.has(name)) && !names.some((name) => nameKeepers.has(name))
}

/**
 * The addresses behind the names of one address, without the peer id at their end; those of another peer are left out.
 * Rejects where a name leads nowhere at all.
 */
export async function resolveNames(
  address: Multiaddr,
  peer: PeerId | undefined,
  resolver: NameResolver,
  { signal, budget = { left: maxDnsLookupsPerDial } }: QuestionOptions,
): Promise<readonly Multiaddr[]> {
  const search: Search = {
    resolver,
    signal,
    budget,
    peer,
    lookups: 0,
    asked: new Set(),
    found: new Map(),
    failures: [],
  }
  await follow(search, address, 0)
  signal.throwIfAborted()
  if (search.found.size > 0) return [...search.found.values()]
  const [failure] = search.failures
  throw new Error(failure ?? `nothing of use stands behind ${address}`)
}

/** The IP addresses of a name that its transport keeps: one question out of the budget, and so many answers. */
export async function lookUpHosts(
  name: string,
  family: 4 | 6,
  resolver: NameResolver,
  { signal, budget }: LookupOptions,
): Promise<readonly string[]> {
  spend(budget)
  const found = await resolver.addresses(name, family, signal)
  return found.slice(0, maxDnsRecords).filter((ip) => isIP(ip) === family)
}

export interface LookupOptions {
  readonly signal: AbortSignal
  readonly budget: LookupBudget
}

function spend(budget: LookupBudget): void {
  if (budget.left <= 0) throw new Error(`one dial is worth ${maxDnsLookupsPerDial} questions and no more`)
  budget.left -= 1
}

export interface QuestionOptions {
  readonly signal: AbortSignal
  /** What all addresses of one dial may still ask. */
  readonly budget?: LookupBudget
}

export interface LookupBudget {
  left: number
}

interface Search {
  readonly resolver: NameResolver
  readonly signal: AbortSignal
  readonly budget: LookupBudget
  readonly peer: PeerId | undefined
  readonly found: Map<string, Multiaddr>
  readonly failures: string[]
  lookups: number
  /** Addresses whose names were followed: a second time would bring nothing new. */
  readonly asked: Set<string>
}

async function follow(search: Search, address: Multiaddr, depth: number): Promise<void> {
  if (search.found.size >= maxAddressesPerDial) return
  if (!needsResolving(address)) {
    const claimed = safePeerOf(address)
    if (claimed === 'none' || (search.peer !== undefined && claimed !== undefined && !claimed.equals(search.peer))) {
      search.failures.push(`${address} behind it is that of another peer`)
      return
    }
    const bare = plainAddress(withoutPeer(address))
    search.found.set(bare.toString(), bare)
    return
  }
  if (depth >= maxDnsDepth) {
    search.failures.push(`names behind names are followed ${maxDnsDepth} deep and no deeper`)
    return
  }
  const text = address.toString()
  if (search.asked.has(text)) {
    search.failures.push(`${text} leads back to itself`)
    return
  }
  search.asked.add(text)
  const components = address.getComponents()
  const at = components.findIndex(({ name }) => nameKinds.has(name))
  const component = components[at]
  if (component?.value === undefined) return
  const results = await Promise.allSettled(questions(search, component))
  const next: Multiaddr[] = []
  for (const result of results) {
    if (result.status === 'rejected') search.failures.push(`${component.value}: ${asError(result.reason).message}`)
    else next.push(...result.value.flatMap((answer) => joined(components, at, answer)))
  }
  if (next.length === 0) search.failures.push(`${component.value} has no record of use`)
  for (const one of next) await follow(search, one, depth + 1)
}

/** What a record puts in the name's place. */
type Answer = { readonly ip: string; readonly family: 4 | 6 } | { readonly address: Multiaddr }

function questions(search: Search, { name, value = '' }: Component): Promise<readonly Answer[]>[] {
  const ask = async (question: () => Promise<readonly Answer[]>): Promise<readonly Answer[]> => {
    search.lookups += 1
    if (search.lookups > maxDnsLookups) throw new Error(`one address is worth ${maxDnsLookups} questions and no more`)
    spend(search.budget)
    return await question()
  }
  const hosts = async (family: 4 | 6): Promise<readonly Answer[]> => {
    const found = await search.resolver.addresses(value, family, search.signal)
    return found.slice(0, maxDnsRecords).flatMap((ip) => (isIP(ip) === family ? [{ ip, family }] : []))
  }
  if (name === 'dnsaddr')
    return [ask(async () => readRecords(await search.resolver.texts(`_dnsaddr.${value}`, search.signal)))]
  const families: readonly (4 | 6)[] = name === 'dns4' ? [4] : name === 'dns6' ? [6] : [6, 4]
  return families.map((family) => ask(async () => await hosts(family)))
}

/** TXT records that are none of ours, or none at all, are passed over. */
function readRecords(texts: readonly string[]): readonly Answer[] {
  const answers: Answer[] = []
  for (const text of texts) {
    if (!text.startsWith('dnsaddr=') || text.length > maxDnsTextBytes) continue
    if (answers.length >= maxDnsRecords) break
    try {
      const address = multiaddr(text.slice('dnsaddr='.length))
      if (hostKinds.has(address.getComponents()[0]?.name ?? '')) answers.push({ address })
    } catch {
      continue
    }
  }
  return answers
}

/** The address with the answer in the name's place; for dnsaddr, what is behind the name must be how the record ends. */
function joined(components: readonly Component[], at: number, answer: Answer): readonly Multiaddr[] {
  const rest = components.slice(at + 1)
  if ('ip' in answer) {
    const host =
      answer.family === 4 ? { code: 4, name: 'ip4', value: answer.ip } : { code: 41, name: 'ip6', value: answer.ip }
    return [multiaddr([...components.slice(0, at), host, ...rest])]
  }
  const { address } = answer
  const suffix = rest.length === 0 ? '' : multiaddr([...rest]).toString()
  return address.toString().endsWith(suffix) ? [address] : []
}

function safePeerOf(address: Multiaddr): PeerId | undefined | 'none' {
  try {
    return peerOf(address)
  } catch {
    return 'none'
  }
}
