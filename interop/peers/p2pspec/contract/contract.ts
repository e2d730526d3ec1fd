import { writeSync } from 'node:fs'
import { Redis } from '../../redis.ts'
import { startNode } from '../node.ts'
import { chooseSetup, listenAddress, Unsupported, unsupportedExitCode } from '../setup.ts'
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
  if (settings.spelling === 'test-plans') await redis.push(settings.addressKey, address)
  else await redis.set(settings.addressKey, address)
  console.error(`listening on ${address}`)
  await ended
  return 0
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
  const address = await addressOfListener(settings, signal)
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
