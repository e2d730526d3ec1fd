import { join } from 'node:path'
import { buildPeer, type BuildProgress } from './build-peer.ts'
import type { Subject } from './peer-names.ts'

/**
 * The command line that starts a peer program, by name or by name and version, to which `listen`, `dial` or `perf` and its arguments are added.
 * A foreign peer is built first where the cache does not have it.
 */
export async function peerCommand(name: Subject, onProgress?: (progress: BuildProgress) => void): Promise<string[]> {
  if (name !== 'p2pspec') return [...(await buildPeer(name, onProgress)).command]
  return [process.execPath, '--expose-gc', join(import.meta.dirname, 'p2pspec', 'peer.ts')]
}
