import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { DialOptions } from '@p2pspec/generated/interfaces/transport'
import type { AllowedHosts } from './allowed-hosts.ts'
import { systemLookup } from './system-lookup.ts'

type LookUp = NonNullable<DialOptions['lookUp']>

/** For a socket that is given a name: by what the dial says, or by the machine's own look-up; it gets what is allowed of what is found. */
export function socketLookup(lookUp: LookUp | undefined, hosts: AllowedHosts): LookupFunction {
  if (lookUp === undefined) return systemLookup.forSockets(hosts.isAllowed)
  return (name, { family, all }, callback) => {
    const give = (found: readonly LookupAddress[] | Error): void => {
      if (found instanceof Error) return callback(found, '')
      const [first] = found
      if (all === true || first === undefined) callback(null, [...found])
      else callback(null, first.address, first.family)
    }
    // Out of the promise's turn: what the socket throws is no rejection.
    void allowedHosts(name, familiesOf(family), lookUp, hosts).then((found) => setImmediate(give, found))
  }
}

function familiesOf(family: number | 'IPv4' | 'IPv6' | undefined): readonly (4 | 6)[] {
  if (family === 4 || family === 'IPv4') return [4]
  return family === 6 || family === 'IPv6' ? [6] : [6, 4]
}

/** At least one address, or why there is none. */
async function allowedHosts(
  name: string,
  families: readonly (4 | 6)[],
  lookUp: LookUp,
  hosts: AllowedHosts,
): Promise<readonly LookupAddress[] | Error> {
  const asked = families.map(async (family) =>
    (await lookUp(name, family)).map((address): LookupAddress => ({ address, family })),
  )
  const results = await Promise.allSettled(asked)
  const found = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  const allowed = found.filter(({ address, family }) => hosts.isAllowed(address, family))
  if (allowed.length > 0) return allowed
  const failure: unknown = results.find((result) => result.status === 'rejected')?.reason
  return found.length === 0 && failure instanceof Error
    ? failure
    : new Error(`no address behind ${name} is to be dialled`)
}
