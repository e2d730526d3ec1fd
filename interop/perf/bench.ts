import type { PeerName } from '../peers/peer-names.ts'
import { startListener, type Listening } from '../peers/peer-process.ts'
import { measureInstall } from './install.ts'
import { limitsOf, Limits } from './limits.ts'
import { listenWords, measureIdle, measureStart, measureWork, type Command, type Figure } from './measure.ts'
import { plans, type Contender, type Scale, type WorkName, type WorkPlan } from './plan.ts'
import type { Miss, Sample } from './sample.ts'
import type { Stack } from './stack.ts'

/** So often a contender may fail on a stack before the rest of it is left out. */
const patience = 2
const patienceMs = 90_000

export interface BenchOptions {
  readonly scale: Scale
  readonly stacks: readonly Stack[]
  readonly works: readonly WorkName[]
  readonly contenders: readonly Contender[]
  readonly commands: Readonly<Partial<Record<PeerName, Command>>>
  /** Who opens and holds what is weighed, the same for every listener; the next one where the first cannot. */
  readonly holders: readonly PeerName[]
  /** No further round begins when it would not end within so many minutes; one round of everything runs in any case. */
  readonly minutes?: number | undefined
  readonly onProgress: (progress: BenchProgress) => void
}

export interface BenchProgress {
  readonly done: number
  readonly total: number
  readonly doing: string
}

export interface BenchResult {
  readonly samples: readonly Sample[]
  readonly misses: readonly Miss[]
  readonly agents: Readonly<Record<string, string>>
}

/**
 * Runs every piece of work for every contender, round by round, so that a slow minute of the machine hits all of them.
 * What a contender cannot do is a miss of its own and stops nobody else.
 */
export async function bench(options: BenchOptions): Promise<BenchResult> {
  return await new Bench(options).run()
}

class Bench {
  readonly #options: BenchOptions
  readonly #samples: Sample[] = []
  readonly #misses: Miss[] = []
  readonly #agents: Record<string, string> = {}
  readonly #began = performance.now()
  #done = 0
  #total = 0

  constructor(options: BenchOptions) {
    this.#options = options
  }

  async run(): Promise<BenchResult> {
    const { stacks, scale } = this.#options
    const [first] = stacks
    const steps = this.#timed().length * this.#options.contenders.length
    this.#total = stacks.length * scale.rounds * steps + this.#alone().length * (this.#works('first').length + 3)
    await using limits = new Limits()
    if (first !== undefined) {
      await this.#once(first)
      await this.#idle(first)
    }
    for (const [index, stack] of stacks.entries()) await this.#onStack(stack, stacks.length - index, limits)
    return { samples: this.#samples, misses: this.#misses, agents: this.#agents }
  }

  async #onStack(stack: Stack, stacksLeft: number, limits: Limits): Promise<void> {
    const { scale, contenders, minutes = Infinity } = this.#options
    await using listeners = new Listeners(stack, this.#options.commands)
    const began = performance.now()
    // What the stacks before did not use is for those that come.
    const shareMs = (minutes * 60_000 - (began - this.#began)) / stacksLeft
    for (let round = 0; round < scale.rounds; round++) {
      const usedMs = performance.now() - began
      if (round > 0 && usedMs * (1 + 1 / round) > shareMs) {
        this.#total -= (scale.rounds - round) * this.#timed().length * contenders.length
        return
      }
      for (const plan of this.#timed()) {
        // Who begins changes with the round: the machine may slow down by and by.
        for (const contender of rotate(contenders, round)) await this.#measure(plan, contender, round, listeners)
        for (const limit of limitsOf(stack, plan)) {
          const size = plan.size(scale, stack)
          const value = await limits.measure(limit, plan, size, AbortSignal.timeout(patienceMs))
          const figure = plan.work === 'latency' ? value * 1000 : plan.cpu?.per === 'GiB' ? value / 1e6 : value
          this.#samples.push({ round, stack: stack.name, work: plan.name, label: limit, value: figure })
        }
      }
    }
  }

  async #measure(plan: WorkPlan, contender: Contender, round: number, listeners: Listeners): Promise<void> {
    const { scale, commands } = this.#options
    const { stack } = listeners
    const { label, dialer, listener } = contender
    this.#tell(`${stack.name}, round ${round + 1} of ${scale.rounds}: ${plan.title}: ${label}`)
    const failed = this.#misses.filter((miss) => miss.stack === stack.name && miss.label === label)
    if (failed.filter(({ work }) => plans[work].scope === 'every').length >= patience) return
    const key = { stack: stack.name, work: plan.name, label }
    try {
      const listening = await listeners.get(listener)
      this.#agents[listener] = listening.agent
      const signal = AbortSignal.timeout(patienceMs)
      const figure = await measureWork(plan, commandOf(commands, dialer), listening, { scale, stack, signal })
      this.#samples.push({ round, ...key, ...figure })
    } catch (error) {
      this.#misses.push({ ...key, reason: reasonOf(error) })
      await listeners.drop(listener)
    }
  }

  async #idle(stack: Stack): Promise<void> {
    const { scale, commands } = this.#options
    for (const { name, title, size } of this.#works('first')) {
      for (const { label, listener } of this.#alone()) {
        this.#tell(`${stack.name}: ${title}: ${label}`)
        await this.#attempt(stack.name, name, label, async () => {
          const given = {
            listener: commandOf(commands, listener),
            stack,
            what: name === 'idle' ? ('connections' as const) : ('streams' as const),
            count: size(scale, stack),
          }
          return await this.#held((holder, signal) => measureIdle({ ...given, holder, signal }))
        })
      }
    }
  }

  /** Tries one holder after the other. */
  async #held(measure: (holder: Command, signal: AbortSignal) => Promise<Figure>): Promise<Figure> {
    let failure: unknown
    for (const name of this.#options.holders) {
      try {
        return await measure(commandOf(this.#options.commands, name), AbortSignal.timeout(patienceMs))
      } catch (error) {
        failure ??= error
      }
    }
    throw failure
  }

  async #once(stack: Stack): Promise<void> {
    const works = this.#works('once').map(({ name }) => name)
    for (const { label, listener } of this.#alone()) {
      if (works.includes('start')) {
        for (let round = 0; round < this.#options.scale.rounds; round++) {
          if (round === 0) this.#tell(`${plans.start.title}: ${label}`)
          const command = commandOf(this.#options.commands, listener)
          await this.#attempt(
            '',
            'start',
            label,
            async () => await measureStart(command, stack, AbortSignal.timeout(patienceMs)),
            round,
          )
        }
      }
      if (!works.includes('install') && !works.includes('packages')) continue
      this.#tell(`${plans.install.title}: ${label}`)
      const installed = measureInstall(listener, AbortSignal.timeout(patienceMs))
      if (installed === undefined) continue
      await this.#attempt('', 'install', label, async () => ({ value: (await installed).megabytes }))
      await this.#attempt('', 'packages', label, async () => ({ value: (await installed).packages }))
    }
  }

  async #attempt(
    stack: string,
    work: WorkName,
    label: string,
    measure: () => Promise<Figure>,
    round = 0,
  ): Promise<void> {
    try {
      this.#samples.push({ round, stack, work, label, ...(await measure()) })
    } catch (error) {
      this.#misses.push({ stack, work, label, reason: reasonOf(error) })
    }
  }

  #works(scope: WorkPlan['scope']): WorkPlan[] {
    return this.#options.works.map((name) => plans[name]).filter((plan) => plan.scope === scope)
  }

  #timed(): WorkPlan[] {
    return this.#works('every')
  }

  /** What concerns one process is measured for those who meet themselves. */
  #alone(): Contender[] {
    return this.#options.contenders.filter(({ dialer, listener }) => dialer === listener)
  }

  #tell(doing: string): void {
    this.#options.onProgress({ done: this.#done++, total: this.#total, doing })
  }
}

/** The listeners of one stack, each started when it is first asked for, and again after it was dropped. */
class Listeners implements AsyncDisposable {
  readonly stack: Stack
  readonly #commands: BenchOptions['commands']
  readonly #standing = new Map<PeerName, Listening>()

  constructor(stack: Stack, commands: BenchOptions['commands']) {
    this.stack = stack
    this.#commands = commands
  }

  async get(name: PeerName): Promise<Listening> {
    const standing = this.#standing.get(name)
    if (standing !== undefined) return standing
    const started = await startListener(commandOf(this.#commands, name), listenWords(this.stack))
    this.#standing.set(name, started)
    return started
  }

  async drop(name: PeerName): Promise<void> {
    const standing = this.#standing.get(name)
    this.#standing.delete(name)
    await standing?.process.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#standing.keys()].map(async (name) => await this.drop(name)))
  }
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const start = list.length === 0 ? 0 : by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

function reasonOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line
}

function commandOf(commands: BenchOptions['commands'], name: PeerName): Command {
  const command = commands[name]
  if (command === undefined) throw new Error(`no command for ${name}`)
  return command
}
