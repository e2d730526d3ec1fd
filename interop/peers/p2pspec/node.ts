import { privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { echoProtocol, handleEcho } from './echo.ts'

export interface PeerNodeOptions {
  /** The private key's seed: 32 bytes in hex. */
  readonly seed?: string | undefined
  readonly listen?: readonly string[]
}

/** A node with everything at its default, the perf server, which no default serves, and the echo of the peer programs. */
export async function startNode({ seed, listen = [] }: PeerNodeOptions): Promise<P2pNode> {
  const node = await createNode({
    listen,
    perf: true,
    ...(seed === undefined ? {} : { privateKey: privateKeyFromSeed(Buffer.from(seed, 'hex')) }),
  })
  node.handle(echoProtocol, handleEcho)
  return node
}
