import { Resolver } from 'node:dns/promises'
import { limits } from '@p2pspec/generated/common/limits'
import { systemLookup } from '../system-lookup.ts'
import { untilAborted } from './until-aborted.ts'

/** Asks for what stands behind names. What it answers is believed by nobody. */
export interface NameResolver {
  /** IP addresses of the name. Rejects where there is none. */
  addresses(name: string, family: 4 | 6, signal: AbortSignal): Promise<readonly string[]>
  /** TXT records of the name, each joined of its parts. */
  texts(name: string, signal: AbortSignal): Promise<readonly string[]>
}

/** The machine's own look-up for addresses, hosts file included; its name server for TXT records. */
export const systemResolver: NameResolver = {
  addresses: async (name, family, signal) => await systemLookup.addresses(name, family, signal),
  texts: async (name, signal) => await asking(undefined, signal, async (resolver) => await textsOf(resolver, name)),
}

/** These name servers for everything, such as `192.0.2.53` or `192.0.2.53:5353`; the hosts file is not looked at. */
export function serverResolver(servers: readonly string[]): NameResolver {
  // A server that is no address is the caller's mistake, and is told at once.
  new Resolver().setServers(servers)
  return {
    addresses: async (name, family, signal) =>
      await asking(servers, signal, async (resolver) =>
        family === 4 ? await resolver.resolve4(name) : await resolver.resolve6(name),
      ),
    texts: async (name, signal) => await asking(servers, signal, async (resolver) => await textsOf(resolver, name)),
  }
}

/** With a resolver of its own, whose sockets are gone with the question. */
async function asking(
  servers: readonly string[] | undefined,
  signal: AbortSignal,
  ask: (resolver: Resolver) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  signal.throwIfAborted()
  const resolver = new Resolver({ timeout: limits.dialer.resolveTimeout, tries: 2 })
  if (servers !== undefined) resolver.setServers(servers)
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await untilAborted(ask(resolver), signal)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

async function textsOf(resolver: Resolver, name: string): Promise<readonly string[]> {
  const records = await resolver.resolveTxt(name)
  return records.map((parts) => parts.join(''))
}
