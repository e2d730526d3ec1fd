import { peerCommand } from '../../peers/commands.ts'
import { isSubject } from '../../peers/peer-names.ts'
import type { Party } from '../cells.ts'
import type { RuntimeName } from '../events.ts'
import { MatrixError } from '../matrix-error.ts'
import { findEngine } from './engine.ts'
import { processRuntime } from './process-runtime.ts'
import type { Runtime } from './runtime.ts'

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
  const { imagesFor } = await import('./images.ts')
  return await dockerRuntime({ engine, images: imagesFor(engine), onProgress: options.onProgress })
}

async function commandOf(party: Party): Promise<readonly string[]> {
  const subject = party.version === null ? party.peer : `${party.peer ?? ''}@${party.version}`
  if (subject === undefined || !isSubject(subject))
    throw new MatrixError(
      'no-image',
      `matrix.yaml gives ${party.label} neither a command nor a peer of interop/peers: it runs in containers alone (--runtime docker)`,
    )
  return await peerCommand(subject)
}
