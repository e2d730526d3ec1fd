import { join } from 'node:path'
import { cacheFolder } from '../peers/cache.ts'
import { numberOf, PeerProcess, runPeer, startListener, type Listening, type PeerEvent } from '../peers/peer-process.ts'
import type { Scale, WorkPlan } from './plan.ts'
import { processCpuSeconds } from './process-cpu.ts'
import type { Sample } from './sample.ts'
import { stackWords, type Stack } from './stack.ts'

export type Command = readonly string[]
export type Figure = Pick<Sample, 'value' | 'cpu' | 'failures' | 'heapKib'>

const bytesPerGib = 1024 ** 3
const mostWarmUpBytes = 32 * 1024 * 1024

export function listenWords(stack: Stack): string[] {
  return ['--benchmark', ...stackWords(stack)]
}

/** One run of the dialer's program against a listener that stands. */
export async function measureWork(
  plan: WorkPlan,
  dialer: Command,
  listening: Listening,
  { scale, stack, signal }: { readonly scale: Scale; readonly stack: Stack; readonly signal: AbortSignal },
): Promise<Figure> {
  const size = plan.size(scale, stack)
  const amount = plan.cpu?.per === 'GiB' ? ['--bytes', String(size)] : ['--count', String(size)]
  const words = ['perf', listening.address, '--work', plan.work ?? '', '--parallel', String(plan.parallel), ...amount]
  const cpuBefore = processCpuSeconds(listening.process.pid)
  const event = await runPeer(dialer, [...words, ...stackWords(stack)], 'result', { signal })
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
  return size + Math.min(mostWarmUpBytes, Math.ceil(size / 4))
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
export async function measureStart(command: Command, stack: Stack, signal: AbortSignal): Promise<Figure> {
  const options = { signal, environment: { NODE_COMPILE_CACHE: join(cacheFolder(), 'compile-cache') } }
  const start = async (): Promise<number> => {
    const begin = performance.now()
    const { process } = await startListener(command, listenWords(stack), options)
    const elapsedMs = performance.now() - begin
    await process.stop()
    return elapsedMs
  }
  await start()
  return { value: await start() }
}

export interface IdleOptions {
  readonly listener: Command
  /** Who opens and holds what is weighed, the same for every listener. */
  readonly holder: Command
  readonly stack: Stack
  readonly what: 'connections' | 'streams'
  readonly count: number
  readonly signal: AbortSignal
}

/** The second batch counts: the first one also pays for what the process needs once. */
export async function measureIdle(options: IdleOptions): Promise<Figure> {
  const { stack, what, count, signal } = options
  const { process: listener, address } = await startListener(options.listener, listenWords(stack), { signal })
  const holders: PeerProcess[] = []
  const work = what === 'connections' ? 'idle' : 'idle-streams'
  const words = ['perf', address, '--work', work, '--count', String(count), ...stackWords(stack)]
  try {
    const hold = async (): Promise<PeerEvent> => {
      const holder = new PeerProcess([...options.holder, ...words], { signal })
      holders.push(holder)
      await holder.next('held')
      return await listener.ask('memory', 'memory')
    }
    const first = await hold()
    const second = await hold()
    const held = numberOf(second, 'connections')
    const wanted = what === 'connections' ? 2 * count : 2
    if (held !== wanted) throw new Error(`it holds ${held} connections of ${wanted}`)
    const kibEach = (field: string): number => (numberOf(second, field) - numberOf(first, field)) / count / 1024
    return { value: kibEach('rssBytes'), heapKib: second['heapBytes'] === null ? undefined : kibEach('heapBytes') }
  } finally {
    await Promise.all([...holders, listener].map(async (process) => await process.stop()))
  }
}
