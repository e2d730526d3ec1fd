import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { echoProtocol, handleEcho } from './echo.ts'
import { chosenOptions } from './setup.ts'

export interface PeerNodeOptions {
  /** The private key's seed: 32 bytes in hex. */
  readonly seed?: string | undefined
  readonly listen?: readonly string[]
  /** Lifts what would refuse the work of a benchmark. */
  readonly isBenchmark?: boolean
}

/** A dialler that closes a QUIC connection holds on to it until it is quiet, and a benchmark dials again meanwhile. */
const benchmarkLimits = { resources: { peer: { connections: 1_000 } } }

/** A node as it was chosen, with the perf server, which no default serves, and the echo of the peer programs. */
export async function startNode({ seed, listen = [], isBenchmark = false }: PeerNodeOptions): Promise<P2pNode> {
  const node = await createNode({
    listen,
    perf: true,
    ...(isBenchmark ? { limits: benchmarkLimits } : {}),
    ...chosenOptions(seed),
  })
  // A benchmark holds more streams of one connection than a protocol may have by default.
  node.handle(echoProtocol, handleEcho, { maxInboundStreams: 1_000_000 })
  return node
}
