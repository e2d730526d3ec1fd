import { lookup, Resolver } from 'node:dns/promises'
import { limits } from '@p2pspec/generated/common/limits'
import { untilAborted } from './until-aborted.ts'

/** Asks for what stands behind names. What it answers is believed by nobody. */
export interface NameResolver {
  /** IP addresses of the name. Rejects where there is none. */
  addresses(name: string, family: 4 | 6, signal: AbortSignal): Promise<readonly string[]>
  /** TXT records of the name, each joined of its parts. */
  texts(name: string, signal: AbortSignal): Promise<readonly string[]>
}

/** The machine's own look-up for addresses, hosts file included; a name server for TXT records. */
export const systemResolver: NameResolver = {
  async addresses(name, family, signal) {
    const found = await untilAborted(lookup(name, { family, all: true }), signal)
    return found.map(({ address }) => address)
  },
  async texts(name, signal) {
    const resolver = new Resolver({ timeout: limits.dialer.resolveTimeout, tries: 2 })
    const cancel = (): void => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return (await untilAborted(resolver.resolveTxt(name), signal)).map((parts) => parts.join(''))
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  },
}
