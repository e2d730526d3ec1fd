import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { cacheFolder } from '../../peers/cache.ts'
import type { Party } from '../cells.ts'
import type { Role } from '../contract.ts'
import { MatrixError } from '../matrix-error.ts'
import type { Fault } from '../matrix-file.ts'
import { saysOrEnds, startChild, type Child } from './child.ts'
import { startLocalRedis, type LocalRedis } from './local-redis.ts'
import { removeLeftoverProcesses } from './process-leftovers.ts'
import { captureFile, keyLogFile, type Bench, type BenchRequest, type RunningParty, type Runtime } from './runtime.ts'

export interface ProcessRuntimeOptions {
  /** Where Redis writes its log; made where it is missing. */
  readonly folder: string
  readonly redisProgram?: string
  /** The command line of a party that the matrix file gives none for. */
  readonly commandOf: (party: Party, onProgress: (text: string) => void) => Promise<readonly string[]>
}

/** Meetings of processes on this machine: no engine is needed, and the network is the loopback of all of them. */
export async function processRuntime(options: ProcessRuntimeOptions): Promise<Runtime> {
  removeLeftoverProcesses()
  mkdirSync(options.folder, { recursive: true })
  const shared = await startLocalRedis(options.folder, options.redisProgram)
  const commands = new Map<string, readonly string[]>()
  return {
    name: 'process',
    cannot: (fault) => (fault.kind === 'wrong-key' ? null : noNetwork(fault)),
    async prepare(parties, onProgress) {
      for (const party of parties)
        commands.set(party.label, party.command ?? (await options.commandOf(party, onProgress)))
    },
    open: async (request) => await openBench(request, shared, options, commands),
    async [Symbol.asyncDispose]() {
      await shared[Symbol.asyncDispose]()
    },
  }
}

/** A program of Node is compiled once and not in each of thousands of meetings. */
const compiledOnce = { NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache') }

function hasOutsideAddress(): boolean {
  return Object.values(networkInterfaces()).some((found) =>
    found?.some(({ family, internal }) => family === 'IPv4' && !internal),
  )
}

function noNetwork(fault: Fault): string {
  return `${fault.kind}: processes share the network of this machine, which is not to be broken; use --runtime docker`
}

async function openBench(
  request: BenchRequest,
  shared: LocalRedis,
  options: ProcessRuntimeOptions,
  commands: ReadonlyMap<string, readonly string[]>,
): Promise<Bench> {
  const redis = request.ownRedis ? await startLocalRedis(request.folder, options.redisProgram) : shared
  const started: Child[] = []
  return {
    redisAddress: `127.0.0.1:${redis.port}`,
    redis: redis.connection,
    // Programs of others are told what the documents of unified-testing promise, and many of them do not tell a loopback address.
    listenOn: ({ peer }) => (peer === undefined && hasOutsideAddress() ? '0.0.0.0' : '127.0.0.1'),
    hostAddress: '127.0.0.1',
    keyLog: request.capture ? join(request.folder, keyLogFile) : null,
    async start(role: Role, party: Party, environment): Promise<RunningParty> {
      const command = commands.get(party.label)
      if (command === undefined) throw new MatrixError('no-image', `no command line is known for ${party.label}`)
      const child = startChild({
        command,
        environment: { ...compiledOnce, ...environment },
        outputFile: join(request.folder, `${role}.out.log`),
        logFile: join(request.folder, `${role}.err.log`),
      })
      started.push(child)
      return await Promise.resolve({ role, exited: child.exited, kill: async () => await child.kill(), network: null })
    },
    async capture(_at, address) {
      const port = /\/(?:tcp|udp)\/(\d+)/.exec(address)?.[1]
      if (!request.capture || port === undefined) return
      const tcpdump = startChild({
        command: [
          'tcpdump',
          '-i',
          'any',
          '--immediate-mode',
          '-U',
          '-w',
          join(request.folder, captureFile),
          'port',
          port,
        ],
        environment: {},
        outputFile: join(request.folder, 'tcpdump.out.log'),
        logFile: join(request.folder, 'tcpdump.err.log'),
      })
      started.push(tcpdump)
      const ended = await saysOrEnds(tcpdump, 'listening on')
      if (ended !== null)
        throw new MatrixError(
          'no-capture',
          `tcpdump does not start: ${ended.lastLog.trim()}\n    --capture needs tcpdump and the right to use it. Debian: apt-get install tcpdump, and run as root.`,
        )
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map(async (child) => await child.kill()))
      if (redis !== shared) await redis[Symbol.asyncDispose]()
    },
  }
}
