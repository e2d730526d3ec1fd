import type { ConnectionManagerOptions } from '../swarm/connection-manager/connection-manager.ts'
import type { SwarmLimits } from '../swarm/swarm.ts'
import type { ServiceOptions } from './services.ts'

/** Ready-made options of a node, by its part in a network. */
export type PresetName = 'server' | 'client' | 'relay' | 'bootstrapper' | 'test'

export interface Preset extends Pick<ServiceOptions, 'identify' | 'ping' | 'perf'> {
  readonly listen: readonly string[]
  readonly limits: Partial<SwarmLimits>
  readonly connectionManager?: ConnectionManagerOptions
}

const everywhere: readonly string[] = ['/ip4/0.0.0.0/tcp/4001']

/**
 * What each part listens on, serves and bears. Options that are given beside a preset win over it, limits and marks one by one.
 * Trimming begins well below the most connections that a node bears: a full node makes room for newcomers instead of turning them away.
 * `relay` and `bootstrapper` are limits and services for those parts; they add no protocol.
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  /** Serves an application to whoever dials. */
  server: {
    listen: everywhere,
    limits: { maxConnections: 4_096, maxPendingInbound: 256 },
    connectionManager: { lowWater: 3_072, highWater: 3_584 },
  },
  /** Dials and is not dialled. */
  client: {
    listen: [],
    limits: { maxConnections: 256, maxPendingInbound: 0 },
    connectionManager: { lowWater: 160, highWater: 192 },
  },
  /** Holds many connections that are quiet for long. */
  relay: {
    listen: everywhere,
    limits: { maxConnections: 16_384, maxPendingInbound: 1_024 },
    connectionManager: { lowWater: 12_288, highWater: 14_336 },
  },
  /** Many short visits: whoever is slow to prove who it is, idles or has been there the longest makes room early. */
  bootstrapper: {
    listen: everywhere,
    limits: { maxConnections: 8_192, maxPendingInbound: 2_048, inboundUpgradeTimeoutMs: 5_000 },
    connectionManager: { lowWater: 6_144, highWater: 7_168, trimRule: 'oldest-first', idleTimeoutMs: 300_000 },
  },
  /** On this machine alone, with everything served and little patience. */
  test: {
    listen: ['/ip4/127.0.0.1/tcp/0'],
    perf: true,
    limits: { maxConnections: 64, maxPendingInbound: 16, dialTimeoutMs: 5_000, inboundUpgradeTimeoutMs: 5_000 },
  },
}

export const presetNames: readonly PresetName[] = ['server', 'client', 'relay', 'bootstrapper', 'test']

interface WithPreset {
  readonly preset?: PresetName
  readonly limits?: Partial<SwarmLimits>
  readonly connectionManager?: ConnectionManagerOptions
}

/** The options with the preset that they name filled in. */
export function withPreset<Options extends WithPreset>(options: Options): Options & Partial<Preset> {
  if (options.preset === undefined) return options
  const preset = presets[options.preset]
  return {
    ...preset,
    ...options,
    limits: { ...preset.limits, ...options.limits },
    connectionManager: { ...preset.connectionManager, ...options.connectionManager },
  }
}
