import { peerCommand } from '../../peers/commands.ts'
import type { Party } from '../cells.ts'
import type { RuntimeName } from '../events.ts'
import { findEngine } from './engine.ts'
import { processRuntime } from './process-runtime.ts'
import type { Runtime } from './runtime.ts'
import { subjectOf } from './subject-of.ts'

export interface OpenOptions {
  readonly folder: string
  readonly onProgress: (text: string) => void
}

/** Containers where an engine answers or they are asked for, else processes. */
export async function openRuntime(wanted: RuntimeName | 'auto', options: OpenOptions): Promise<Runtime> {
  const engine = wanted === 'process' ? null : await findEngine()
  if (engine instanceof Error && wanted === 'docker') throw engine
  if (engine === null || engine instanceof Error) return await processRuntime({ folder: options.folder, commandOf })
  const { dockerRuntime } = await import('./docker-runtime.ts')
  const { images } = await import('./images.ts')
  return await dockerRuntime({ engine, images, onProgress: options.onProgress })
}

async function commandOf(party: Party, onProgress: (text: string) => void): Promise<readonly string[]> {
  return await peerCommand(subjectOf(party, 'a command'), (progress) =>
    onProgress(`building ${party.label}: ${progress.type === 'waiting' ? 'another process does' : progress.step}`),
  )
}
