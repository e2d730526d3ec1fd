import { Wait } from 'testcontainers'
import { RedisConnection } from '../redis-connection.ts'
import { removeContainer, startContainer } from './docker-container.ts'
import type { DockerNetwork } from './docker-network.ts'
import type { RunEngine } from './engine.ts'

const redisPort = 6379
/** The place that Redis has on every network; parties are behind it. */
const redisIndex = 10

export interface DockerRedis extends AsyncDisposable {
  /** As parties of this network reach it. */
  readonly address: string
  readonly connection: RedisConnection
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
    command: ['--save', '', '--appendonly', 'no', '--protected-mode', 'no'],
    network: network.name,
    address,
    ports: [redisPort],
    wait: Wait.forLogMessage('Ready to accept connections'),
  })
  const connection = await RedisConnection.open(started.getHost(), started.getMappedPort(redisPort))
  return {
    address:
      options.ipv6 === true ? `[${address.IPv6Address ?? ''}]:${redisPort}` : `${address.IPv4Address}:${redisPort}`,
    connection,
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]()
      await removeContainer(run.engine, started.getId())
    },
  }
}
