import { writeSync } from 'node:fs'
import { offerAddress } from '../../offer-address.ts'
import { Redis } from '../../redis.ts'
import { startNode } from '../node.ts'
import { chooseSetup, listenAddress, loadTransport, Unsupported, unsupportedExitCode } from '../setup.ts'
import { readEnvironment, type ContractSettings } from './environment.ts'
import { addressToTell } from './own-address.ts'
import { serveScenarios } from './protocols.ts'
import { toYaml } from './result-yaml.ts'
import { scenarioOf, type ScenarioResult } from './scenarios.ts'

const stdout = 1

/** Runs as a node of the contract and answers by the exit code: interop/contract.md. */
export async function runContract(environment: Readonly<Record<string, string | undefined>>): Promise<number> {
  try {
    const settings = readEnvironment(environment)
    // Both sides ask, so that neither waits for the other in vain.
    scenarioOf(settings.scenario)
    chooseSetup(settings.setup)
    return await (settings.isDialer ? dial(settings) : listen(settings))
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return error instanceof Unsupported ? unsupportedExitCode : 1
  }
}

async function listen(settings: ContractSettings): Promise<number> {
  const ended = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, resolve)
  })
  await using node = await startNode({ listen: [listenAddress(settings.listenerIp, 0)] })
  serveScenarios(node)
  const address = addressToTell(node.addresses)
  using redis = await Redis.connect(settings.redis, AbortSignal.timeout(settings.timeoutMs))
  console.error(`listening on ${address}`)
  const over = new AbortController()
  const told = tell(redis, settings, address, over.signal)
  try {
    await Promise.race([ended, told.then(() => ended)])
  } finally {
    over.abort()
    // What it was told to leave undone is no failure.
    await told.catch(() => undefined)
  }
  return 0
}

async function tell(redis: Redis, settings: ContractSettings, address: string, signal: AbortSignal): Promise<void> {
  if (settings.spelling === 'test-plans') await redis.push(settings.addressKey, address)
  else await offerAddress(redis, settings.addressKey, address, signal)
}

async function dial(settings: ContractSettings): Promise<number> {
  const signal = AbortSignal.timeout(settings.timeoutMs)
  // A step that the remote never ends is no reason to stay.
  const gaveUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`not done within ${settings.timeoutMs / 1000} s`)))
  })
  return await Promise.race([dialWithin(settings, signal), gaveUp])
}

async function dialWithin(settings: ContractSettings, signal: AbortSignal): Promise<number> {
  const [address] = await Promise.all([addressOfListener(settings, signal), loadTransport()])
  console.error(`dialling ${address}`)
  await using node = await startNode({})
  const { document, failed = false } = await scenarioOf(settings.scenario)(node, address, settings, signal)
  writeSync(stdout, settings.spelling === 'test-plans' ? legacyLine(document) : toYaml(document))
  if (failed) console.error('not everything went as it must: see the result')
  return failed ? 1 : 0
}

async function addressOfListener(settings: ContractSettings, signal: AbortSignal): Promise<string> {
  using redis = await Redis.connect(settings.redis, signal)
  if (settings.spelling === 'test-plans') return await redis.take(settings.addressKey, signal)
  return await redis.poll(settings.addressKey, signal)
}

function legacyLine({ latency }: ScenarioResult['document']): string {
  const figures = typeof latency === 'object' && latency !== null && 'ping_rtt' in latency ? latency : undefined
  return `${JSON.stringify({
    handshakePlusOneRTTMillis: figures?.['handshake_plus_one_rtt'],
    pingRTTMilllis: figures?.['ping_rtt'],
  })}\n`
}
