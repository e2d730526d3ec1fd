import { ownerIsGone } from '../owner.ts'
import { isGone, ownerLabel, type Engine, type RunEngine } from './engine.ts'

/** Removes containers, networks and volumes of runs that are over; what they were. `all`: also of runs that may still live. */
export async function removeLeftovers(engine: Engine, all = false): Promise<readonly string[]> {
  return await sweep(engine, (owner) => all || ownerIsGone(owner))
}

/** Removes whatever a run has not removed piece by piece: where something failed, the pieces are not all known. */
export async function removeOwn({ engine, owner }: RunEngine): Promise<readonly string[]> {
  return await sweep(engine, (other) => other === owner)
}

async function sweep(engine: Engine, isLeft: (owner: string) => boolean): Promise<readonly string[]> {
  const filters = { label: [ownerLabel] }
  const left = <T extends { readonly Labels?: Readonly<Record<string, string>> | undefined }>(
    things: readonly T[],
  ): readonly T[] =>
    things.filter(({ Labels }) => {
      const owner = Labels?.[ownerLabel]
      return owner !== undefined && isLeft(owner)
    })
  const removed: string[] = []
  for (const { Id, Names } of left(await engine.listContainers({ all: true, filters })))
    if (await gone(async () => void (await engine.getContainer(Id).remove({ force: true, v: true }))))
      removed.push(`container ${Names[0] ?? Id}`)
  for (const { Id, Name } of left(await engine.listNetworks({ filters })))
    if (await gone(async () => void (await engine.getNetwork(Id).remove()))) removed.push(`network ${Name}`)
  const { Volumes } = await engine.listVolumes({ filters })
  for (const { Name } of left(Volumes))
    if (await gone(async () => void (await engine.getVolume(Name).remove()))) removed.push(`volume ${Name}`)
  return removed
}

async function gone(remove: () => Promise<void>): Promise<boolean> {
  try {
    await remove()
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}
