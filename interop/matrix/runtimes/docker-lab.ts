import { MatrixError } from '../matrix-error.ts'
import { removeContainer, startContainer } from './docker-container.ts'
import { splitLog } from './docker-log.ts'
import type { DockerNetwork } from './docker-network.ts'
import type { PartyNetwork } from './runtime.ts'
import type { EngineContainer, EngineNetwork, RunEngine } from './engine.ts'

export interface LabTarget {
  readonly run: RunEngine
  readonly labImage: () => Promise<string>
  readonly container: EngineContainer
  readonly network: DockerNetwork
  readonly address: { readonly IPv4Address: string; readonly IPv6Address?: string }
}

/** Packets that may wait while the rate is limited: long enough that it is the rate that holds, not the queue. */
const queueMs = 400
const burstBytes = 16 * 1024
const comesIn = ['INPUT', '-i', 'eth0']

/** What can be done to the network of one container, from a second container that lives in the same one. */
export function labNetwork(target: LabTarget): PartyNetwork {
  const { container, network, address } = target
  // Without an IPv6 address nothing comes in by it.
  const tables = address.IPv6Address === undefined ? ['iptables'] : ['iptables', 'ip6tables']
  return {
    async lose(share) {
      for (const program of tables) await runInside(target, [program, '-A', ...dropAtRandom(share)])
    },
    async limit(kbit) {
      await runInside(target, [
        'tc',
        'qdisc',
        'add',
        'dev',
        'eth0',
        'root',
        'tbf',
        'rate',
        `${kbit}kbit`,
        'burst',
        String(burstBytes),
        'latency',
        `${queueMs}ms`,
      ])
    },
    async holdAfter(bytes) {
      for (const program of tables) await runInside(target, [program, '-A', ...dropBeyond(bytes)])
    },
    async letGo() {
      for (const program of tables) await runInside(target, [program, '-F', 'INPUT'])
    },
    async leave() {
      await networkOf(target).disconnect({ Container: container.id, Force: true })
    },
    async join() {
      await networkOf(target).connect({ Container: container.id, EndpointConfig: { IPAMConfig: { ...address } } })
    },
    async receivedBytes() {
      const stats = (await container.stats({ stream: false, 'one-shot': true })) as {
        readonly networks?: Readonly<Record<string, { readonly rx_bytes: number }>>
      } // `networks` is missing while a container has none
      return Object.values(stats.networks ?? {}).reduce((sum, { rx_bytes: bytes }) => sum + bytes, 0)
    },
  }

  function networkOf({ run: { engine } }: LabTarget): EngineNetwork {
    return engine.getNetwork(network.id)
  }
}

function dropAtRandom(share: number): readonly string[] {
  return [...comesIn, '-m', 'statistic', '--mode', 'random', '--probability', String(share), '-j', 'DROP']
}

function dropBeyond(bytes: number): readonly string[] {
  return [...comesIn, '-m', 'quota', '!', '--quota', String(bytes), '-j', 'DROP']
}

/** Runs one command of the lab image in the network of a container, to its end. */
async function runInside({ run, labImage, container }: LabTarget, command: readonly string[]): Promise<void> {
  const started = await startContainer(run, {
    image: await labImage(),
    command,
    network: `container:${container.id}`,
    capabilities: ['NET_ADMIN', 'NET_RAW'],
  })
  const helper = run.engine.getContainer(started.getId())
  try {
    const { StatusCode: code } = (await helper.wait()) as { readonly StatusCode: number } // dockerode has no type for it
    if (code === 0) return
    const { stderr } = splitLog(await helper.logs({ stdout: true, stderr: true, follow: false }))
    throw new MatrixError(
      'no-fault',
      `${command.join(' ')} ended with ${code}: ${new TextDecoder().decode(stderr).trim()}`,
    )
  } finally {
    await removeContainer(run.engine, helper.id)
  }
}
