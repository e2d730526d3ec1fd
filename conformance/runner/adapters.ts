import { identifyAdapter } from '../protocols/identify/adapter.ts'
import { mplexAdapter } from '../protocols/mplex/adapter.ts'
import { multistreamSelectAdapter } from '../protocols/multistream-select/adapter.ts'
import { noiseAdapter } from '../protocols/noise/adapter.ts'
import { perfAdapter } from '../protocols/perf/adapter.ts'
import { pingAdapter } from '../protocols/ping/adapter.ts'
import { plaintextAdapter } from '../protocols/plaintext/adapter.ts'
import { quicAdapter } from '../protocols/quic/adapter.ts'
import { tlsAdapter } from '../protocols/tls/adapter.ts'
import { yamuxAdapter } from '../protocols/yamux/adapter.ts'
import { pnetAdapter } from '../protocols/pnet/adapter.ts'
import type { ProtocolAdapter } from './adapter.ts'

/** Every protocol of the suite, lowest layer first. */
export const adapters: readonly ProtocolAdapter[] = [
  pnetAdapter,
  quicAdapter,
  multistreamSelectAdapter,
  noiseAdapter,
  tlsAdapter,
  plaintextAdapter,
  yamuxAdapter,
  mplexAdapter,
  identifyAdapter,
  pingAdapter,
  perfAdapter,
]

export function adapterOf(protocol: string): ProtocolAdapter | undefined {
  return adapters.find((adapter) => adapter.protocol === protocol)
}
