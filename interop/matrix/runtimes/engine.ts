import { randomUUID } from 'node:crypto'
import type { ContainerRuntimeClient } from 'testcontainers'
import { MatrixError } from '../matrix-error.ts'
import { thisOwner } from '../owner.ts'

/** The Docker client that comes with testcontainers. */
export type Engine = ContainerRuntimeClient['container']['dockerode']
export type EngineContainer = ReturnType<Engine['getContainer']>
export type EngineNetwork = ReturnType<Engine['getNetwork']>

/** On everything that a run makes; the value tells whose it is. */
export const ownerLabel = 'dev.p2pspec.interop'

/** The Docker client that testcontainers found, or why there is none. */
export async function findEngine(): Promise<Engine | MatrixError> {
  // The reaper is an image from a registry; what is left behind is found by its label instead.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true'
  const { getContainerRuntimeClient } = await import('testcontainers')
  try {
    const client = await getContainerRuntimeClient()
    return client.container.dockerode
  } catch (cause) {
    return new MatrixError(
      'no-engine',
      'no container engine answers. Start one (Debian: apt-get install docker.io, then dockerd), set DOCKER_HOST, or run without: --runtime process.',
      { cause },
    )
  }
}

/** An engine in the hands of one run, which marks everything that it makes as its own. */
export interface RunEngine {
  readonly engine: Engine
  readonly owner: string
}

export function runEngine(engine: Engine): RunEngine {
  return { engine, owner: `${thisOwner()}/${randomUUID().slice(0, 8)}` }
}

/** What the engine answers where a thing is gone already, or somebody is just removing it. */
export function isGone(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'statusCode' in error &&
    (error.statusCode === 404 || error.statusCode === 409 || error.statusCode === 304)
  )
}
