import { lookup as lookupBySystem, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { limits } from '@p2pspec/generated/common/limits'
import { abortReason } from '../core/abort.ts'
import { Slots } from './dialer/slots.ts'

type Lookup = (
  name: string,
  options: { readonly family: 4 | 6; readonly all: true },
  callback: (error: Error | null, found: LookupAddress[]) => void,
) => void

/**
 * The machine's own look-up of names, hosts file included, few at a time. It cannot be broken off: a question that a name server
 * leaves unanswered keeps its thread, and with it its place here, while whoever asked has long given up.
 */
export class SystemLookup {
  readonly #slots = new Slots(limits.dialer.maxSystemLookups)
  readonly #lookup: Lookup

  constructor(lookup: Lookup = lookupBySystem) {
    this.#lookup = lookup
  }

  /** Rejects where there is no address, and with the signal's reason. */
  async addresses(name: string, family: 4 | 6, signal: AbortSignal): Promise<readonly string[]> {
    return await new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortReason(signal))
      const onAbort = (): void => {
        leave()
        reject(abortReason(signal))
      }
      signal.addEventListener('abort', onAbort, { once: true })
      const leave = this.#slots.take(() => {
        this.#lookup(name, { family, all: true }, (error, found) => {
          this.#slots.release()
          signal.removeEventListener('abort', onAbort)
          if (error === null) resolve(found.map(({ address }) => address))
          else reject(error)
        })
      })
    })
  }

  /** For sockets that look their name up themselves; they get what is allowed of what is found. */
  forSockets(isAllowed: (ip: string, family: number) => boolean): LookupFunction {
    return (name, options, callback) => {
      this.#slots.take(() => {
        lookupBySystem(name, { ...options, all: true }, (error, found) => {
          this.#slots.release()
          if (error !== null) return callback(error, '')
          const allowed = found.filter(({ address, family }) => isAllowed(address, family))
          const [first] = allowed
          if (first === undefined) callback(new Error(`no address behind ${name} is to be dialled`), '')
          else if (options.all === true) callback(null, allowed)
          else callback(null, first.address, first.family)
        })
      })
    }
  }
}

/** One for the process: its threads are shared by all nodes. */
export const systemLookup = new SystemLookup()
