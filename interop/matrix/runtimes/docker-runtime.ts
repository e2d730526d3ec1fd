import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Party } from '../cells.ts'
import type { Role } from '../contract.ts'
import { MatrixError } from '../matrix-error.ts'
import { startCapture } from './docker-capture.ts'
import { removeContainer, startContainer } from './docker-container.ts'
import { labNetwork } from './docker-lab.ts'
import { removeLeftovers, removeOwn } from './docker-leftovers.ts'
import { createNetwork, type DockerNetwork } from './docker-network.ts'
import { containerExit, keepLog, lostExit } from './docker-party.ts'
import { startDockerRedis, type DockerRedis } from './docker-redis.ts'
import { keyLogFile, type Bench, type BenchRequest, type RunningParty, type Runtime } from './runtime.ts'
import { isGone, runEngine, type Engine, type EngineContainer, type RunEngine } from './engine.ts'

export interface Images {
  /** The image of a party, built where it is missing. */
  of(party: Party, onProgress: (text: string) => void): Promise<string>
  redis(onProgress: (text: string) => void): Promise<string>
  /** iptables, tc, ip, tcpdump and sleep. */
  lab(onProgress: (text: string) => void): Promise<string>
}

export interface DockerRuntimeOptions {
  readonly engine: Engine
  readonly images: Images
  readonly onProgress: (text: string) => void
}

/** Where the folder of a meeting is seen inside a container. */
const mountedAt = '/evidence'
/** An engine gives its own machine the first place. */
const gatewayIndex = 1
const firstIndex = 20
const lastIndex = 250

/** Meetings of containers: one network and one Redis for all, and one more of both, without IPv4, once a meeting asks for it. */
export async function dockerRuntime({ engine, images, onProgress }: DockerRuntimeOptions): Promise<Runtime> {
  await removeLeftovers(engine)
  const redisImage = await images.redis(onProgress)
  // Most meetings break nothing: its programs need not be there.
  let lab: Promise<string> | undefined
  const labImage = async (): Promise<string> => await (lab ??= images.lab(onProgress))
  const run = runEngine(engine)
  const usual = await openPlace(run, redisImage, { ipv6: false }).catch(async (error: unknown) => {
    await removeOwn(run)
    throw error
  })
  let withoutIpv4: Promise<Place> | undefined
  const ready = new Map<string, string>()
  const context: Context = {
    run,
    ready,
    redisImage,
    labImage,
    usual,
    ipv6Only: async () => await (withoutIpv4 ??= openPlace(run, redisImage, { ipv6: true })),
    nextIndex: counter(),
  }
  return {
    name: 'docker',
    cannot: () => null,
    async prepare(parties, progress) {
      for (const party of parties) ready.set(party.label, await images.of(party, progress))
    },
    open: async (request) => await openBench(request, context),
    async [Symbol.asyncDispose]() {
      await closePlace(usual)
      // Where it could not be opened, the meetings that asked for it have said so.
      const other = await withoutIpv4?.catch(() => undefined)
      if (other !== undefined) await closePlace(other)
      await removeOwn(run)
    },
  }
}

interface Place {
  readonly network: DockerNetwork
  readonly redis: DockerRedis
  readonly ipv6: boolean
}

async function openPlace(run: RunEngine, redisImage: string, options: { readonly ipv6: boolean }): Promise<Place> {
  const network = await createNetwork(run, options)
  return { network, redis: await startDockerRedis(run, redisImage, network, options), ...options }
}

async function closePlace({ network, redis }: Place): Promise<void> {
  await redis[Symbol.asyncDispose]()
  await network.remove()
}

interface Context {
  readonly run: RunEngine
  readonly ready: ReadonlyMap<string, string>
  readonly redisImage: string
  readonly labImage: () => Promise<string>
  readonly usual: Place
  readonly ipv6Only: () => Promise<Place>
  readonly nextIndex: () => number
}

async function openBench(request: BenchRequest, context: Context): Promise<Bench> {
  const { run, labImage } = context
  const { engine } = run
  const ipv6 = request.network === 'ipv6-only'
  const shared = ipv6 ? await context.ipv6Only() : context.usual
  const redis = request.ownRedis ? await ownRedis(shared, context) : shared.redis
  const place: Place = { ...shared, redis }
  const containers: string[] = []
  const parties = new Map<RunningParty, string>()
  const ends: (() => Promise<void>)[] = []
  const folder = path.resolve(request.folder)
  mkdirSync(folder, { recursive: true })
  const keep = (id: string): EngineContainer => {
    containers.push(id)
    return engine.getContainer(id)
  }
  return {
    redisAddress: place.redis.address,
    redis: place.redis.connection,
    listenOn: () => (ipv6 ? '::' : '0.0.0.0'),
    hostAddress: place.network.addressFor(gatewayIndex).IPv4Address,
    keyLog: request.capture ? `${mountedAt}/${keyLogFile}` : null,
    async start(role: Role, party: Party, environment): Promise<RunningParty> {
      const image = context.ready.get(party.label)
      if (image === undefined) throw new MatrixError('no-image', `no image is known for ${party.label}`)
      const address = place.network.addressFor(context.nextIndex())
      const inside = ipv6 ? await ipv6OnlyNetwork(run, await labImage(), place.network, address, keep) : null
      const started = await startContainer(run, {
        image,
        environment,
        ...(inside === null ? { network: place.network.name, address } : { network: inside }),
        ...(request.capture ? { mounts: [{ source: folder, target: mountedAt }] } : {}),
      })
      const container = keep(started.getId())
      // Where the container is removed while it runs, nobody asks for its end any more.
      const exited = containerExit(container, role, folder).catch(lostExit)
      ends.push(async () => void (await keepLog(container, role, folder)))
      const running: RunningParty = {
        role,
        exited,
        async kill() {
          await container.kill().catch((error: unknown) => {
            // It has ended by itself.
            if (!isGone(error)) throw error
          })
          await exited
          if (inside === null) keep(await answerInItsPlace(run, await labImage(), place.network, address))
        },
        network: labNetwork({ run, labImage, container, network: place.network, address }),
      }
      parties.set(running, container.id)
      return running
    },
    async capture(at) {
      if (!request.capture) return
      const listener = parties.get(at)
      if (listener === undefined) return
      const { id, stop } = await startCapture(run, await labImage(), listener, { folder, mountedAt })
      keep(id)
      ends.push(stop)
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(ends.map(async (end) => await end()))
      await Promise.all(containers.map(async (id) => await removeContainer(engine, id)))
      if (redis !== shared.redis) await redis[Symbol.asyncDispose]()
    },
  }
}

async function ownRedis({ network, ipv6 }: Place, { run, redisImage, nextIndex }: Context): Promise<DockerRedis> {
  return await startDockerRedis(run, redisImage, network, { ipv6, index: nextIndex() })
}

/** An engine of this age gives every container an IPv4 address; a container that only holds the network gives it up before the party comes. */
async function ipv6OnlyNetwork(
  run: RunEngine,
  labImage: string,
  network: DockerNetwork,
  address: { readonly IPv4Address: string },
  keep: (id: string) => unknown,
): Promise<string> {
  const holder = await startContainer(run, {
    image: labImage,
    command: ['sleep', 'infinity'],
    network: network.name,
    address,
    capabilities: ['NET_ADMIN'],
  })
  keep(holder.getId())
  const { exitCode, output } = await holder.exec(['ip', '-4', 'addr', 'flush', 'dev', 'eth0'])
  if (exitCode !== 0) throw new MatrixError('no-fault', `the IPv4 address cannot be taken away: ${output.trim()}`)
  return `container:${holder.getId()}`
}

/**
 * A machine whose program was killed still says that nobody listens there; an engine takes the machine away too, and what the program's end did not tell
 * is never told. Another container with the same address tells it.
 */
async function answerInItsPlace(
  run: RunEngine,
  labImage: string,
  network: DockerNetwork,
  address: ReturnType<DockerNetwork['addressFor']>,
): Promise<string> {
  const container = await startContainer(run, {
    image: labImage,
    command: ['sleep', 'infinity'],
    network: network.name,
    address,
  })
  return container.getId()
}

/** Places on a network, round and round: a meeting is over long before its places come again. */
function counter(): () => number {
  let index = firstIndex
  return () => {
    index = index >= lastIndex ? firstIndex : index + 1
    return index
  }
}
