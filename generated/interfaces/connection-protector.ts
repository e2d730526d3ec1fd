// Generated from spec/interfaces/connection-protector.yaml sha256:b073645a6a6bbb531f2f720459a198b8f032a6d52a9e49244c6bfc067bb4b696
// Do not edit: change the spec and run `p2pspec generate`.
import type { ByteDuplex } from './stream.ts'

/** Puts raw channels under the key of a private network, before anything else is said on them. */
export interface ConnectionProtector {
  /** Tells the network apart from others without telling its key. */
  readonly fingerprint: string
  /**
   * The channel to use from here on. What was written to the raw one before would have been in clear.
   * - PROT-CLEAR-1: Nothing that is written to the protected channel can be read on the raw one without the key.
   * - PROT-OTHER-1: A remote without the key, or with another one, is told nothing, and the protected channel fails with an error that says so.
   */
  protect(channel: ByteDuplex, direction: 'inbound' | 'outbound'): ByteDuplex
}
