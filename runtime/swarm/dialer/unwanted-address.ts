import type { Multiaddr } from '@multiformats/multiaddr'
import { SwarmError } from '../errors.ts'
import { addressKind, hostOf, isSingleHost } from './address-kind.ts'
import type { DialCandidate } from './dial-plan.ts'

/** Why an address is not dialled on the word of whoever told it: a remote must not choose where this node knocks. */
export function unwantedOf(
  { address, source, fromPublic = false }: DialCandidate,
  listening: () => readonly Multiaddr[],
): SwarmError | undefined {
  const refuse = (reason: string): SwarmError =>
    new SwarmError('unwanted-address', reason, { address: address.toString() })
  if (source === 'given') return undefined
  if (fromPublic && addressKind(address).reach === 'private')
    return refuse('it is in a private network, and was told in the public one')
  const host = hostOf(address)
  if (host !== undefined && !isSingleHost(host)) return refuse('it is the address of no single host')
  if (listening().some((own) => own.equals(address))) return refuse('this node itself listens there')
  return undefined
}
