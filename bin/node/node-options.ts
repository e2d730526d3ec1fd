import type { NodeOptions } from '@p2pspec/runtime/node/create-node'
import { presetNames, type PresetName } from '@p2pspec/runtime/node/presets'
import { UsageFailure } from '../usage-failure.ts'
import { readKeyFile } from './key-file.ts'
import { readNetworkKeyFile } from './network-key-file.ts'
import { printable } from './printable.ts'
import { TraceFile } from './trace-file.ts'

export interface NodeFlags {
  readonly key?: string
  readonly psk?: string
  readonly trace?: string
}

/** The options of createNode that the flags common to all commands ask for. */
export async function nodeOptions(flags: NodeFlags): Promise<NodeOptions> {
  const identity = flags.key === undefined ? {} : { privateKey: await readOwnKey(flags.key) }
  const trace = flags.trace === undefined ? undefined : new TraceFile(flags.trace)
  const network = flags.psk === undefined ? {} : { pnet: { key: await readOwnNetworkKey(flags.psk) } }
  return { ...identity, ...network, ...(trace === undefined ? {} : { trace: trace.write }) }
}

export function presetOf(text: string): PresetName {
  const found = presetNames.find((name) => name === text)
  if (found === undefined) throw new UsageFailure(`--preset takes ${presetNames.join(', ')}, not ${text}`)
  return found
}

async function readOwnKey(path: string): Promise<NonNullable<NodeOptions['privateKey']>> {
  const { privateKey, readableByOthers } = await readKeyFile(path)
  if (readableByOthers) warnOfReaders(path)
  return privateKey
}

async function readOwnNetworkKey(path: string): Promise<Uint8Array> {
  const { key, readableByOthers } = await readNetworkKeyFile(path)
  if (readableByOthers) warnOfReaders(path)
  return key
}

function warnOfReaders(path: string): void {
  console.error(printable(`warning: others on this machine may read ${path}; run \`chmod 600 ${path}\``))
}
