import { PLAINTEXT } from './plaintext-exchange.ts'
import { TLS } from './tls-session.ts'

export const NOISE = '/noise'
export const YAMUX = '/yamux/1.0.0'
export const MPLEX = '/mplex/6.7.0'

/** What a connection may stand on, in the tester's order of preference. */
export interface Offers {
  readonly securities: readonly string[]
  readonly muxers: readonly string[]
}

/** All that the tester speaks. */
export const everyStack: Offers = { securities: [NOISE, TLS, PLAINTEXT], muxers: [YAMUX, MPLEX] }

/** What nearly every node has. */
export const usualStack: Offers = { securities: [NOISE], muxers: [YAMUX] }
