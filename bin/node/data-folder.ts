import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@p2pspec/runtime/core/clock'
import { createNode, type NodeOptions, type P2pNode } from '@p2pspec/runtime/node/create-node'
import { peerFileIn } from '@p2pspec/runtime/node/peer-store'
import { PeerStoreError } from '@p2pspec/runtime/swarm/peer-store/peer-store-error'
import { printable } from './printable.ts'

export interface DataFlags {
  /** Undefined: the folder of this user; false: nothing is kept. */
  readonly data?: string | false
}

/** Where the nodes of this user keep what they learn, unless told. */
function defaultDataFolder(): string {
  const { XDG_DATA_HOME, LOCALAPPDATA } = process.env
  const base = XDG_DATA_HOME ?? (process.platform === 'win32' ? LOCALAPPDATA : undefined)
  return join(base ?? join(homedir(), '.local', 'share'), 'p2pspec')
}

/** A node that keeps what it learns. Where the folder is not one that somebody asked for, a node without it is better than none. */
export async function createKeepingNode(
  options: NodeOptions,
  { data }: DataFlags,
): Promise<{ readonly node: P2pNode; readonly dataFolder: string | undefined }> {
  if (data === false) return { node: await createNode(options), dataFolder: undefined }
  const dataFolder = data ?? defaultDataFolder()
  try {
    return { node: await createNode({ ...options, dataFolder }), dataFolder }
  } catch (error) {
    if (data !== undefined || !(error instanceof PeerStoreError)) throw error
    console.error(printable(`warning: ${error.message}; this node keeps nothing (--data <folder> names another)`))
    return { node: await createNode(options), dataFolder: undefined }
  }
}

/** For a peer that is named by its id alone: what the node that keeps the folder knows of it. */
export async function knownPeers(target: string, { data }: DataFlags): Promise<Pick<NodeOptions, 'peerStore'>> {
  const path = data === false ? undefined : peerFileIn(data ?? defaultDataFolder())
  if (target.startsWith('/') || path === undefined || !existsSync(path)) return {}
  const { readPeerStore } = await import('@p2pspec/runtime/swarm/peer-store/read-peer-store')
  return { peerStore: readPeerStore(path, systemClock) }
}
