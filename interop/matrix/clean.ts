import { removeLeftovers } from './runtimes/docker-leftovers.ts'
import { findEngine } from './runtimes/engine.ts'
import { removeLeftoverProcesses } from './runtimes/process-leftovers.ts'

/** Removes what runs that are over left behind: processes, containers, networks, volumes. Says what they were. */
export async function cleanUp({ all }: { readonly all: boolean }): Promise<readonly string[]> {
  const processes = removeLeftoverProcesses()
  const engine = await findEngine()
  return engine instanceof Error ? processes : [...processes, ...(await removeLeftovers(engine, all))]
}
