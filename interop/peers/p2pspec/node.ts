import { readFileSync } from 'node:fs'
import { generatePrivateKey, privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import { createNode, type NodeOptions, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { noise } from '@p2pspec/runtime/protocols/noise/noise'
import { plaintext } from '@p2pspec/runtime/protocols/plaintext/plaintext'
import { decodeNetworkKeyFile } from '@p2pspec/runtime/protocols/pnet/network-key'
import { tls } from '@p2pspec/runtime/protocols/tls/tls'
import { echoProtocol, handleEcho } from './echo.ts'

export interface PeerNodeOptions {
  /** The private key's seed: 32 bytes in hex. */
  readonly seed?: string | undefined
  readonly listen?: readonly string[]
}

const securities = new Map<string, typeof tls>([
  ['noise', noise],
  ['tls', tls],
  ['plaintext', plaintext],
])
let security: typeof tls | undefined

/** Chooses the only security that the nodes of this process have; false: there is none of that name. */
export function useSecurity(name: string): boolean {
  const chosen = securities.get(name)
  security = chosen ?? security
  return chosen !== undefined
}

let network: Pick<NodeOptions, 'pnet'> = {}

/** The nodes of this process are in the private network of this key file. */
export function useNetwork(file: string): void {
  network = { pnet: { key: decodeNetworkKeyFile(readFileSync(file)) } }
}

/** Identity and security of a node of this process; all securities of a node where none was chosen. */
export function securedOptions(seed?: string): Pick<NodeOptions, 'privateKey' | 'encrypters' | 'pnet'> {
  const privateKey = seed === undefined ? generatePrivateKey('ed25519') : privateKeyFromSeed(Buffer.from(seed, 'hex'))
  return { privateKey, ...network, ...(security === undefined ? {} : { encrypters: [security({ privateKey })] }) }
}

/** A node with everything at its default, the perf server, which no default serves, and the echo of the peer programs. */
export async function startNode({ seed, listen = [] }: PeerNodeOptions): Promise<P2pNode> {
  const node = await createNode({
    listen,
    perf: true,
    ...securedOptions(seed),
  })
  node.handle(echoProtocol, handleEcho)
  return node
}
