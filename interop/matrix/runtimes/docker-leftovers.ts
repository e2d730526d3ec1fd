import { ownerIsGone } from '../owner.ts'
import { isGone, ownerLabel, type Engine, type RunEngine } from './engine.ts'

export interface Leftover {
  readonly name: string
  readonly remove: () => Promise<unknown>
}

/** Containers, networks and volumes of runs that are over. `all`: also of runs that may still live. */
export async function findLeftovers(engine: Engine, all = false): Promise<readonly Leftover[]> {
  return await find(engine, (owner) => all || ownerIsGone(owner))
}

/** Removes them; what they were. */
export async function removeLeftovers(engine: Engine, all = false): Promise<readonly string[]> {
  return await removeAll(await findLeftovers(engine, all))
}

/** Removes whatever a run has not removed piece by piece: where something failed, the pieces are not all known. */
export async function removeOwn({ engine, owner }: RunEngine): Promise<readonly string[]> {
  return await removeAll(await find(engine, (other) => other === owner))
}

/** Containers first: what they use cannot go before them. */
async function find(engine: Engine, isLeft: (owner: string) => boolean): Promise<readonly Leftover[]> {
  const filters = { label: [ownerLabel] }
  const left = <T extends Labelled>(things: readonly T[]): readonly T[] =>
    things.filter(({ Labels }) => {
      const owner = Labels?.[ownerLabel]
      return owner !== undefined && isLeft(owner)
    })
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
  ])
  return [
    ...left(containers).map(({ Id, Names }) => ({
      name: `container ${Names[0] ?? Id}`,
      remove: async () => await engine.getContainer(Id).remove({ force: true, v: true }),
    })),
    ...left(networks).map(({ Id, Name }) => ({
      name: `network ${Name}`,
      remove: async () => await engine.getNetwork(Id).remove(),
    })),
    ...left(volumes).map(({ Name }) => ({
      name: `volume ${Name}`,
      remove: async () => await engine.getVolume(Name).remove(),
    })),
  ]
}

interface Labelled {
  readonly Labels?: Readonly<Record<string, string>> | undefined
}

async function removeAll(things: readonly Leftover[]): Promise<readonly string[]> {
  const removed: string[] = []
  for (const { name, remove } of things) if (await gone(remove)) removed.push(name)
  return removed
}

async function gone(remove: () => Promise<unknown>): Promise<boolean> {
  try {
    await remove()
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}
