import { limits } from '@p2pspec/generated/common/limits'
import type { Clock } from '../core/clock.ts'
import type { PrivateKey } from '../crypto/keys.ts'
import { handlePing, pingProtocol } from '../protocols/ping/ping.ts'
import { handlePerf, perfProtocol } from '../protocols/perf/perf.ts'
import type { Swarm } from '../swarm/swarm.ts'

export interface ServiceOptions {
  /** Answer pings. */
  readonly ping?: boolean
  /** Serve performance measurements: off unless asked for, since anybody could use up this node's bandwidth. */
  readonly perf?: boolean
}

/** The protocols that a node serves by itself. */
export class Services {
  constructor(swarm: Swarm, _privateKey: PrivateKey, clock: Clock, options: ServiceOptions) {
    const { ping = true, perf = false } = options
    if (ping) {
      swarm.registrar.handle(pingProtocol, async (stream) => await handlePing(stream, { clock }), {
        maxInboundStreams: limits.ping.maxInboundStreams,
      })
    }
    if (perf) swarm.registrar.handle(perfProtocol, async (stream) => await handlePerf(stream))
  }

  stop(): void {}
}
