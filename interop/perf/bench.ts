import { join } from 'node:path'
import { numberOf, PeerProcess, runPeer, startListener, type Listening, type PeerEvent } from '../peers/peer-process.ts'
import { cacheFolder } from '../peers/cache.ts'
import type { PeerName } from '../peers/peer-names.ts'
import { plans, type Contender, type Scale, type WorkName, type WorkPlan } from './plan.ts'
import { processCpuSeconds } from './process-cpu.ts'
import { measureCipher } from './raw-cipher.ts'
import type { Sample } from './sample.ts'

export const rawTcpLabel = 'raw TCP'
export const rawCipherLabel = 'raw ChaCha20-Poly1305'

const bytesPerGib = 1024 ** 3
const patienceMs = 180_000
const rawSocketCommand = [process.execPath, join(import.meta.dirname, 'raw-socket.ts')]

export interface BenchOptions {
  readonly scale: Scale
  readonly works: readonly WorkName[]
  readonly contenders: readonly Contender[]
  readonly commands: Readonly<Partial<Record<PeerName, readonly string[]>>>
  /** Who opens and holds the idle connections, the same for every listener. */
  readonly holder: PeerName
  readonly onProgress: (progress: BenchProgress) => void
}

export interface BenchProgress {
  readonly done: number
  readonly total: number
  readonly doing: string
}

export interface BenchResult {
  readonly samples: readonly Sample[]
  readonly agents: Readonly<Record<string, string>>
}

/** Runs every piece of work for every contender, round by round, so that a slow minute of the machine hits all of them. */
export async function bench(options: BenchOptions): Promise<BenchResult> {
  const { scale, works, contenders, commands, onProgress } = options
  const samples: Sample[] = []
  const agents: Record<string, string> = {}
  const listeners = new Map<PeerName, Listening>()
  const timed = works.filter((work) => work !== 'idle')
  const idleContenders = works.includes('idle') ? contenders.filter(({ dialer, listener }) => dialer === listener) : []
  const total =
    scale.rounds * (timed.length * contenders.length + timed.filter(hasRawLimit).length) + idleContenders.length
  let done = 0
  const tell = (doing: string): void => onProgress({ done: done++, total, doing })

  const raw = await startListener(rawSocketCommand)
  try {
    for (const name of new Set(contenders.map(({ listener }) => listener))) {
      const listening = await startListener(commandOf(commands, name), ['--benchmark'])
      listeners.set(name, listening)
      agents[name] = listening.agent
    }
    for (let round = 0; round < scale.rounds; round++) {
      for (const work of timed) {
        const plan = plans[work]
        // Who begins changes with the round: the machine may slow down by and by.
        for (const contender of rotate(contenders, round)) {
          tell(`round ${round + 1} of ${scale.rounds}: ${plan.title}: ${contender.label}`)
          const listening = listeners.get(contender.listener)
          if (listening === undefined) throw new Error(`no listener runs for ${contender.listener}`)
          samples.push({ round, work, label: contender.label, ...(await runOnce(plan, contender, listening, options)) })
        }
        if (!hasRawLimit(work)) continue
        tell(`round ${round + 1} of ${scale.rounds}: ${plan.title}: ${rawTcpLabel}`)
        const words = ['dial', raw.address, plan.work ?? '', String(plan.size(scale)), String(plan.parallel)]
        const event = await runPeer(rawSocketCommand, words, 'result', { signal: AbortSignal.timeout(patienceMs) })
        samples.push({ round, work, label: rawTcpLabel, value: figureOf(plan, plan.size(scale), event) })
        if (plan.cpu?.per === 'GiB')
          samples.push({ round, work, label: rawCipherLabel, value: measureCipher(plan.size(scale)) })
      }
    }
  } finally {
    await Promise.all([raw, ...listeners.values()].map(async ({ process }) => await process.stop()))
  }
  for (const contender of idleContenders) {
    tell(`${plans.idle.title}: ${contender.label}`)
    samples.push({
      round: 0,
      work: 'idle',
      label: contender.label,
      ...(await measureIdle(contender.listener, options)),
    })
  }
  return { samples, agents }
}

async function runOnce(
  plan: WorkPlan,
  contender: Contender,
  listening: Listening,
  options: BenchOptions,
): Promise<Pick<Sample, 'value' | 'cpu' | 'failures'>> {
  const { scale, commands } = options
  if (plan.work === undefined) return { value: await measureStart(commandOf(commands, contender.listener)) }
  const size = plan.size(scale)
  const amount = plan.cpu?.per === 'GiB' ? ['--bytes', String(size)] : ['--count', String(size)]
  const words = ['perf', listening.address, '--work', plan.work, '--parallel', String(plan.parallel), ...amount]
  const cpuBefore = processCpuSeconds(listening.process.pid)
  const event = await runPeer(commandOf(commands, contender.dialer), words, 'result', {
    signal: AbortSignal.timeout(patienceMs),
  })
  const cpuAfter = processCpuSeconds(listening.process.pid)
  if (plan.cpu === undefined) return { value: figureOf(plan, size, event) }
  const [unitsDialer, unitsListener] =
    plan.cpu.per === 'GiB'
      ? [size / bytesPerGib, warmedBytes(size) / bytesPerGib]
      : [size / 1000, warmedPieces(plan, size) / 1000]
  return {
    value: figureOf(plan, size, event),
    failures: typeof event['failures'] === 'number' ? event['failures'] : undefined,
    cpu: {
      dialer: numberOf(event, 'cpuSeconds') / unitsDialer,
      listener: cpuBefore === undefined || cpuAfter === undefined ? undefined : (cpuAfter - cpuBefore) / unitsListener,
    },
  }
}

/** The listener is watched from outside and works through the dialer's warm-up too (see the peers' work files). */
function warmedBytes(size: number): number {
  return size + Math.min(32 * 1024 * 1024, Math.ceil(size / 4))
}

function warmedPieces(plan: WorkPlan, size: number): number {
  return plan.work === 'dial' ? size + Math.min(plan.parallel, size) : size + Math.ceil(size / 4)
}

function figureOf(plan: WorkPlan, size: number, event: PeerEvent): number {
  if (plan.work === 'latency') return numberOf(event, 'p50Ms') * 1000
  const perSecond = size / numberOf(event, 'seconds')
  return plan.cpu?.per === 'GiB' ? perSecond / 1e6 : perSecond
}

/**
 * Node keeps what it compiled for all programs alike: otherwise the figure is mostly what it costs to strip the types off
 * this project's sources, which an installed package has behind it.
 */
async function measureStart(command: readonly string[]): Promise<number> {
  const options = { environment: { NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache') } }
  const start = async (): Promise<number> => {
    const begin = performance.now()
    const { process } = await startListener(command, ['--benchmark'], options)
    const elapsedMs = performance.now() - begin
    await process.stop()
    return elapsedMs
  }
  await start()
  return await start()
}

/** The second batch of connections counts: the first one also pays for what the process needs once. */
async function measureIdle(name: PeerName, options: BenchOptions): Promise<Pick<Sample, 'value' | 'heapKib'>> {
  const count = options.scale.idleConnections
  const { process: listener, address } = await startListener(commandOf(options.commands, name), ['--benchmark'])
  const holders: PeerProcess[] = []
  try {
    const hold = async (): Promise<PeerEvent> => {
      const holder = await startHolder(commandOf(options.commands, options.holder), address, count)
      holders.push(holder)
      return await listener.ask('memory', 'memory')
    }
    const first = await hold()
    const second = await hold()
    const held = numberOf(second, 'connections')
    if (held !== 2 * count) throw new Error(`${name} holds ${held} connections of ${2 * count}`)
    const kibEach = (field: string): number => (numberOf(second, field) - numberOf(first, field)) / count / 1024
    return { value: kibEach('rssBytes'), heapKib: second['heapBytes'] === null ? undefined : kibEach('heapBytes') }
  } finally {
    await Promise.all([...holders, listener].map(async (process) => await process.stop()))
  }
}

async function startHolder(command: readonly string[], address: string, count: number): Promise<PeerProcess> {
  const holder = new PeerProcess([...command, 'perf', address, '--work', 'idle', '--count', String(count)])
  await holder.next('held')
  return holder
}

function hasRawLimit(work: WorkName): boolean {
  return work === 'bulk-up' || work === 'bulk-down' || work === 'dial' || work === 'dial-50' || work === 'latency'
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const start = list.length === 0 ? 0 : by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

function commandOf(commands: BenchOptions['commands'], name: PeerName): readonly string[] {
  const command = commands[name]
  if (command === undefined) throw new Error(`no command for ${name}`)
  return command
}
