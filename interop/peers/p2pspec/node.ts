import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { echoProtocol, handleEcho } from './echo.ts'
import { chosenOptions } from './setup.ts'

export interface PeerNodeOptions {
  /** The private key's seed: 32 bytes in hex. */
  readonly seed?: string | undefined
  readonly listen?: readonly string[]
}

/** A node as it was chosen, with the perf server, which no default serves, and the echo of the peer programs. */
export async function startNode({ seed, listen = [] }: PeerNodeOptions): Promise<P2pNode> {
  const node = await createNode({
    listen,
    perf: true,
    ...chosenOptions(seed),
  })
  // A benchmark holds more streams of one connection than a protocol may have by default.
  node.handle(echoProtocol, handleEcho, { maxInboundStreams: 1_000_000 })
  return node
}
