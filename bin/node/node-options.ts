import type { NodeOptions } from '@p2pspec/runtime/node/create-node'
import { presetNames, type PresetName } from '@p2pspec/runtime/node/presets'
import { UsageFailure } from './failure.ts'
import { readKeyFile } from './key-file.ts'
import { printable } from './printable.ts'

export interface NodeFlags {
  readonly key?: string
}

interface PreparedOptions {
  readonly options: NodeOptions
  /** Ends what the options opened; called after the node has stopped. */
  close(): Promise<void>
}

/** The options of createNode that the flags common to all commands ask for. */
export async function nodeOptions(flags: NodeFlags): Promise<PreparedOptions> {
  const identity = flags.key === undefined ? {} : { privateKey: await readOwnKey(flags.key) }
  return { options: { ...identity }, close: async () => {} }
}

export function presetOf(text: string): PresetName {
  const found = presetNames.find((name) => name === text)
  if (found === undefined) throw new UsageFailure(`--preset takes ${presetNames.join(', ')}, not ${text}`)
  return found
}

async function readOwnKey(path: string): Promise<NonNullable<NodeOptions['privateKey']>> {
  const { privateKey, readableByOthers } = await readKeyFile(path)
  if (readableByOthers) {
    console.error(printable(`warning: others on this machine may read ${path}; run \`chmod 600 ${path}\``))
  }
  return privateKey
}
