import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { subjectOfDialers, type Dialer } from '@p2pspec/conformance/subjects/dialing-subject'
import { listeningSubject } from '@p2pspec/conformance/subjects/listening-subject'
import type { Subject } from '@p2pspec/conformance/subjects/subject'
import type { Party } from '../matrix/cells.ts'
import { addressPlace, environmentOf, unsupportedCode, type Role } from '../matrix/contract.ts'
import { MatrixError } from '../matrix/matrix-error.ts'
import type { Bench, PartyExit, RunningParty, Runtime } from '../matrix/runtimes/runtime.ts'
import { openRuntime } from '../matrix/runtimes/open-runtime.ts'
import { offerAddress } from '../peers/offer-address.ts'

export interface ContractSubjectOptions {
  /** An image that keeps the contract of libp2p/unified-testing, or a program that does. */
  readonly image?: string | undefined
  readonly command?: readonly string[] | undefined
  readonly mode: Role
  readonly name: string | null
  /** What the node is told to speak; the suite speaks all of them. */
  readonly security: string
  readonly muxer: string
  /** For the logs of the node. */
  readonly folder: string
  readonly onProgress: (text: string) => void
  /** Longest start of a listener, and longest life of a dialer. */
  readonly patienceSeconds?: number
}

/** A container takes most of a second to start, and waits for the engine meanwhile. */
const PARALLEL_STARTS = 4
const PATIENCE_SECONDS = 60
const POLL_MS = 20

/** A node that keeps the contract of the matrix, judged as it is: nothing has to be built into it for the suite. */
export async function contractSubject(options: ContractSubjectOptions): Promise<Subject> {
  const { image, command, mode, folder, onProgress } = options
  const hasProgram = command !== undefined && command.length > 0
  if ((image !== undefined) === hasProgram)
    throw new MatrixError(
      'no-image',
      'give --container and an image, or --contract and a program behind --, and not both',
    )
  const party: Party = {
    label: image ?? 'program',
    subject: 'subject',
    version: null,
    spelling: 'unified',
    ...(image === undefined ? {} : { image }),
    ...(hasProgram ? { command } : {}),
  }
  const runtime = await openRuntime(image === undefined ? 'process' : 'docker', { folder, onProgress })
  try {
    await runtime.prepare([party], onProgress)
    return mode === 'dialer' ? await dialers(runtime, party, options) : await listener(runtime, party, options)
  } catch (error) {
    await runtime[Symbol.asyncDispose]()
    throw error
  }
}

async function listener(runtime: Runtime, party: Party, options: ContractSubjectOptions): Promise<Subject> {
  const bench = await openBench(runtime, path.join(options.folder, 'listener'))
  const running = await bench.start('listener', party, environment('listener', party, bench, 'check', options))
  const address = await addressOf(bench, party, running, options.patienceSeconds).catch(async (error: unknown) => {
    await bench[Symbol.asyncDispose]()
    throw error
  })
  let ending: string | null = null
  void running.exited.then((exit) => {
    ending = `the listener ${endingOf(exit)}`
  })
  const subject = listeningSubject(runtime.name === 'process' ? overLoopback(address) : address, options.name)
  return {
    ...subject,
    complaint: () => ending,
    async close() {
      await bench[Symbol.asyncDispose]()
      await runtime[Symbol.asyncDispose]()
    },
  }
}

/** A program of this machine was told to bind every address: of those the loopback alone is under no limit of connections an address, which the suite would meet. */
function overLoopback(address: string): string {
  return address.replace(/^\/ip4\/[^/]+/, '/ip4/127.0.0.1')
}

/** One program for every connection, since the contract's dialer dials once. */
async function dialers(runtime: Runtime, party: Party, options: ContractSubjectOptions): Promise<Subject> {
  // Where the suite listens is known only from a place of the runtime.
  const probe = await openBench(runtime, path.join(options.folder, 'dialer'))
  const { hostAddress } = probe
  await probe[Symbol.asyncDispose]()
  let count = 0
  return subjectOfDialers(options.name, {
    host: hostAddress,
    transport: 'tcp',
    parallel: PARALLEL_STARTS,
    dial: (address) => start(runtime, party, options, address, String((count += 1))),
    complaint: () => null,
    complain: () => undefined,
    close: async () => await runtime[Symbol.asyncDispose](),
  })
}

function start(
  runtime: Runtime,
  party: Party,
  options: ContractSubjectOptions,
  address: string,
  number: string,
): Dialer {
  const folder = path.join(options.folder, 'dialer', number)
  const over = new AbortController()
  const started = (async () => {
    const bench = await openBench(runtime, folder)
    const { key } = addressPlace(party.spelling, number)
    offerAddress(bench.redis, key, address, over.signal).catch(() => undefined)
    return { bench, running: await bench.start('dialer', party, environment('dialer', party, bench, number, options)) }
  })()
  return {
    vain: started.then(
      async ({ running }) => endingOf(await running.exited),
      (error: unknown) => `could not be started: ${error instanceof Error ? error.message : String(error)}`,
    ),
    async release() {
      const begun = await started.catch(() => undefined)
      over.abort()
      await begun?.bench[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
      return null
    },
  }
}

async function openBench(runtime: Runtime, folder: string): Promise<Bench> {
  mkdirSync(folder, { recursive: true })
  return await runtime.open({ folder, network: 'usual', ownRedis: false, capture: false })
}

function environment(
  role: Role,
  party: Party,
  bench: Bench,
  key: string,
  { security, muxer, patienceSeconds = PATIENCE_SECONDS }: ContractSubjectOptions,
): Record<string, string> {
  const stack = { name: `tcp+${security}+${muxer}`, transport: 'tcp', security, muxer, contractTransport: 'tcp' }
  return environmentOf(role, party, {
    cell: { stack },
    scenario: {},
    key,
    redis: bench.redisAddress,
    listenOn: bench.listenOn(party),
    seconds: patienceSeconds,
    keyLog: null,
  })
}

async function addressOf(
  bench: Bench,
  party: Party,
  running: RunningParty,
  patienceSeconds = PATIENCE_SECONDS,
): Promise<string> {
  const place = addressPlace(party.spelling, 'check')
  let exit: PartyExit | undefined
  void running.exited.then((ended) => {
    exit = ended
  })
  for (const until = performance.now() + patienceSeconds * 1000; performance.now() < until; await delay(POLL_MS)) {
    const address = await bench.redis.find(place.key)
    if (address !== null) return address
    if (exit !== undefined)
      throw new MatrixError('no-start', `${party.label} as listener ${endingOf(exit)} before it told its address`)
  }
  throw new MatrixError(
    'no-start',
    `${party.label} as listener put no address into Redis at ${place.key} within ${patienceSeconds} s`,
  )
}

function endingOf({ code, signal, lastLog, lost }: PartyExit): string {
  if (lost !== undefined) return `was lost: ${lost.message}`
  const last = lastLog.trim().split('\n').at(-1) ?? ''
  const how = code === unsupportedCode ? '127: it does not support this stack' : String(code ?? signal)
  return `ended (${how})${last === '' ? '' : `: ${last.slice(0, 300)}`}`
}
