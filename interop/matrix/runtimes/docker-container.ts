import {
  GenericContainer,
  getContainerRuntimeClient,
  type StartedTestContainer,
  type WaitStrategy,
} from 'testcontainers'
import { isGone, ownerLabel, type Engine, type RunEngine } from './engine.ts'

export interface ContainerOptions {
  readonly image: string
  readonly environment?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  /** The name of a network, or `container:<id>` for that container's. */
  readonly network: string
  readonly address?: { readonly IPv4Address: string; readonly IPv6Address?: string }
  readonly capabilities?: readonly string[]
  readonly mounts?: readonly { readonly source: string; readonly target: string }[]
  readonly ports?: readonly number[]
  readonly wait?: WaitStrategy
}

/** Log lines that an engine keeps of one container: a program that talks without end may not fill the disk. */
const logConfig = { Type: 'json-file', Config: { 'max-size': '2m', 'max-file': '1' } }

export async function startContainer({ owner }: RunEngine, options: ContainerOptions): Promise<StartedTestContainer> {
  const container = new LabelledContainer(options)
    .withLabels({ [ownerLabel]: owner })
    .withEnvironment({ ...options.environment })
    .withNetworkMode(options.network)
    .withWaitStrategy(options.wait ?? startedIsReady())
  if (options.command !== undefined) container.withCommand([...options.command])
  if (options.capabilities !== undefined) container.withAddedCapabilities(...options.capabilities)
  if (options.mounts !== undefined) container.withBindMounts([...options.mounts])
  if (options.ports !== undefined) container.withExposedPorts(...options.ports)
  return await container.start()
}

/** Kills and removes at once, with the volumes that came with the image. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  try {
    await engine.getContainer(id).remove({ force: true, v: true })
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/** What testcontainers has no word for: an address of one's own, an end to the log, and ports for this machine alone. */
class LabelledContainer extends GenericContainer {
  constructor({ image, network, address }: ContainerOptions) {
    super(image)
    this.hostConfig.LogConfig = logConfig
    if (address !== undefined)
      this.createOpts.NetworkingConfig = { EndpointsConfig: { [network]: { IPAMConfig: { ...address } } } }
  }

  protected override async beforeContainerCreated(): Promise<void> {
    const { info } = await getContainerRuntimeClient()
    this.hostConfig.PortBindings = bindingsFor(info.containerRuntime.host, this.hostConfig.PortBindings ?? {})
  }
}

/** Redis asks nobody for a password: where the engine is on this machine, its port is not open to others. */
export function bindingsFor<Binding>(
  engineHost: string,
  bindings: Readonly<Record<string, readonly Binding[]>>,
): Record<string, (Binding & { readonly HostIp?: string })[]> {
  const own = engineHost === 'localhost' ? { HostIp: '127.0.0.1' } : {}
  return Object.fromEntries(
    Object.entries(bindings).map(([port, hosts]) => [port, hosts.map((binding) => ({ ...binding, ...own }))]),
  )
}

/** A program may end at once, and it may say nothing: it is the meeting that tells whether it is ready. */
function startedIsReady(): WaitStrategy {
  const strategy: WaitStrategy = {
    waitUntilReady: async () => await Promise.resolve(),
    withStartupTimeout: () => strategy,
    isStartupTimeoutSet: () => false,
    getStartupTimeout: () => 0,
  }
  return strategy
}
