import { Wait } from 'testcontainers'
import { Redis } from '../../peers/redis.ts'
import { removeContainer, startContainer } from './docker-container.ts'
import type { DockerNetwork } from './docker-network.ts'
import type { RunEngine } from './engine.ts'
import { limitOfRedis } from './redis-limit.ts'

const redisPort = 6379
/** It has said that it is ready. */
const connectMs = 30_000
/** The place that Redis has on every network; parties are behind it. */
const redisIndex = 10

export interface DockerRedis extends AsyncDisposable {
  /** As parties of this network reach it. */
  readonly address: string
  readonly connection: Redis
}

export async function startDockerRedis(
  run: RunEngine,
  image: string,
  network: DockerNetwork,
  options: { readonly ipv6?: boolean; readonly index?: number } = {},
): Promise<DockerRedis> {
  const address = network.addressFor(options.index ?? redisIndex)
  const started = await startContainer(run, {
    image,
    command: ['--save', '', '--appendonly', 'no', '--protected-mode', 'no', ...limitOfRedis],
    network: network.name,
    address,
    ports: [redisPort],
    wait: Wait.forLogMessage('Ready to accept connections'),
  })
  const connection = await Redis.connect(
    { host: started.getHost(), port: started.getMappedPort(redisPort) },
    AbortSignal.timeout(connectMs),
  )
  return {
    address:
      options.ipv6 === true ? `[${address.IPv6Address ?? ''}]:${redisPort}` : `${address.IPv4Address}:${redisPort}`,
    connection,
    async [Symbol.asyncDispose]() {
      connection[Symbol.dispose]()
      await removeContainer(run.engine, started.getId())
    },
  }
}
