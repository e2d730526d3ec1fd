import { createServer } from 'node:net'
import { join } from 'node:path'
import { Redis } from '../../peers/redis.ts'
import { MatrixError } from '../matrix-error.ts'
import { limitOfRedis } from './redis-limit.ts'
import { saysOrEnds, startChild } from './child.ts'

const attempts = 5
/** It has said that it is ready. */
const connectMs = 30_000

export interface LocalRedis extends AsyncDisposable {
  readonly port: number
  readonly connection: Redis
}

/** A Redis server of this run alone, on a free port of the loopback. */
export async function startLocalRedis(folder: string, program = 'redis-server'): Promise<LocalRedis> {
  let last = ''
  for (let attempt = 0; attempt < attempts; attempt++) {
    // Redis cannot choose a port itself; another program may take this one first, and then the next is tried.
    const port = await freePort()
    const child = startChild({
      // Redis writes over its own environment, which is how a later run would know it: a shell around it keeps that.
      command: [
        'sh',
        '-c',
        '"$@" & wait $!',
        'sh',
        program,
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        ...limitOfRedis,
      ],
      environment: {},
      outputFile: join(folder, `redis-${port}.out.log`),
      logFile: join(folder, `redis-${port}.err.log`),
    })
    const ended = await saysOrEnds(child, 'Ready to accept connections')
    if (ended === null) {
      const connection = await Redis.connect({ host: '127.0.0.1', port }, AbortSignal.timeout(connectMs))
      return {
        port,
        connection,
        async [Symbol.asyncDispose]() {
          connection[Symbol.dispose]()
          await child.kill()
        },
      }
    }
    last = `${ended.lastLog}${ended.output.slice(-500)}`.trim()
    if (last.includes('not found')) break
  }
  throw new MatrixError(
    'no-redis',
    `redis-server does not start: ${last}\n    Programs meet over a real Redis. Install it (Debian: apt-get install redis-server), or use containers: --runtime docker.`,
  )
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new TypeError('a TCP server has an address with a port')
  return address.port
}
