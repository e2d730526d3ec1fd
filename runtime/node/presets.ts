import type { SwarmLimits } from '../swarm/swarm.ts'
import type { ServiceOptions } from './services.ts'

/** Ready-made options of a node, by its part in a network. */
export type PresetName = 'server' | 'client' | 'relay' | 'bootstrapper' | 'test'

export interface Preset extends Pick<ServiceOptions, 'identify' | 'ping' | 'perf'> {
  readonly listen: readonly string[]
  readonly limits: Partial<SwarmLimits>
}

const everywhere: readonly string[] = ['/ip4/0.0.0.0/tcp/4001']

/**
 * What each part listens on, serves and bears. Options that are given beside a preset win over it, limits one by one.
 * `relay` and `bootstrapper` are limits and services for those parts; they add no protocol.
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  /** Serves an application to whoever dials. */
  server: { listen: everywhere, limits: { maxConnections: 4_096, maxPendingInbound: 256 } },
  /** Dials and is not dialled. */
  client: { listen: [], limits: { maxConnections: 256, maxPendingInbound: 0 } },
  /** Holds many connections that are quiet for long. */
  relay: { listen: everywhere, limits: { maxConnections: 16_384, maxPendingInbound: 1_024 } },
  /** Many short visits: whoever is slow to prove who it is makes room early. */
  bootstrapper: {
    listen: everywhere,
    limits: { maxConnections: 8_192, maxPendingInbound: 2_048, inboundUpgradeTimeoutMs: 5_000 },
  },
  /** On this machine alone, with everything served and little patience. */
  test: {
    listen: ['/ip4/127.0.0.1/tcp/0'],
    perf: true,
    limits: { maxConnections: 64, maxPendingInbound: 16, dialTimeoutMs: 5_000, inboundUpgradeTimeoutMs: 5_000 },
  },
}

export const presetNames: readonly PresetName[] = ['server', 'client', 'relay', 'bootstrapper', 'test']

/** The options with the preset that they name filled in. */
export function withPreset<Options extends { readonly preset?: PresetName; readonly limits?: Partial<SwarmLimits> }>(
  options: Options,
): Options & Partial<Preset> {
  if (options.preset === undefined) return options
  const preset = presets[options.preset]
  return { ...preset, ...options, limits: { ...preset.limits, ...options.limits } }
}
