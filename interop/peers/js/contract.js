import { writeSync } from 'node:fs'
import { multiaddr } from '@multiformats/multiaddr'
import { createNode } from './node.js'
import { connectRedis } from './redis.js'
import { toYaml } from './result.js'
import { scenarios, serveScenarios } from './scenarios.js'
import { chooseSetup, listenAddress, Unsupported, unsupportedExitCode } from './setup.js'

const stdout = 1

export const isContract = () => setting('IS_DIALER') !== undefined || setting('is_dialer') !== undefined

/** Runs as a node of the contract and answers by the exit code: interop/contract.md. */
export async function runContract() {
  try {
    const settings = readSettings()
    // Both sides ask, so that neither waits for the other in vain.
    if (scenarios[settings.scenario] === undefined)
      throw new Unsupported(`SCENARIO takes ${Object.keys(scenarios).join(', ')}, not '${settings.scenario}'`)
    chooseSetup(settings.setup)
    return await (settings.isDialer ? dial(settings) : listen(settings))
  } catch (error) {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    return error instanceof Unsupported ? unsupportedExitCode : 1
  }
}

function readSettings() {
  const legacy = setting('IS_DIALER') === undefined
  const name = (now, before) => (legacy ? before : now)
  const transport = setting(name('TRANSPORT', 'transport'))
  const measures = setting('UPLOAD_BYTES') !== undefined || setting('DOWNLOAD_BYTES') !== undefined
  const ownSecurity = legacy && transport?.startsWith('quic')
  for (const wanted of legacy ? ['transport'] : ['REDIS_ADDR', 'TEST_KEY', 'TRANSPORT'])
    if (setting(wanted) === undefined) throw new Error(`${wanted} is not set`)
  return {
    legacy,
    isDialer: setting(name('IS_DIALER', 'is_dialer')) === 'true',
    redis: setting(name('REDIS_ADDR', 'redis_addr')) ?? 'redis:6379',
    addressKey: legacy ? 'listenerAddr' : `${setting('TEST_KEY')}_listener_multiaddr`,
    listenerIp: setting(name('LISTENER_IP', 'ip')) ?? '0.0.0.0',
    timeoutMs: number(name('TEST_TIMEOUT_SECONDS', 'test_timeout_seconds'), 180) * 1000,
    scenario: legacy ? 'ping' : (setting('SCENARIO') ?? (measures ? 'perf' : 'ping')),
    setup: {
      transport,
      security: ownSecurity ? undefined : setting(name('SECURE_CHANNEL', 'security')),
      muxer: ownSecurity ? undefined : setting(name('MUXER', 'muxer')),
      networkKey: legacy ? undefined : networkKey(setting('PSK')),
      with: legacy ? undefined : setting('WITH'),
    },
    perf: {
      uploadBytes: number('UPLOAD_BYTES', 2 ** 30),
      downloadBytes: number('DOWNLOAD_BYTES', 2 ** 30),
      uploadIterations: number('UPLOAD_ITERATIONS', 10),
      downloadIterations: number('DOWNLOAD_ITERATIONS', 10),
      latencyIterations: number('LATENCY_ITERATIONS', 100),
    },
    streams: {
      count: number('STREAMS', 1000),
      atOnce: number('STREAMS_AT_ONCE', 100),
      largeBytes: number('LARGE_BYTES', 2 ** 26),
    },
  }
}

/** These scenarios open many streams a second. */
function manyStreams({ scenario }) {
  return scenario === 'streams' || scenario === 'perf'
}

async function listen(settings) {
  const ended = new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, resolve)
  })
  const node = await createNode({ listen: [listenAddress(settings.listenerIp, 0)], manyStreams: manyStreams(settings) })
  await serveScenarios(node)
  const address = addressToTell(node)
  const redis = await connectRedis(settings.redis, AbortSignal.timeout(settings.timeoutMs))
  console.error(`listening on ${address}`)
  await Promise.race([ended, tell(redis, settings, address).then(() => ended)])
  redis.close()
  return 0
}

/** Leaves the address the way that it is asked for, once somebody asks: as a value, or on a list. */
async function tell(redis, { legacy, addressKey, redis: at, timeoutMs }, address) {
  if (legacy) return await redis.ask('RPUSH', addressKey, address)
  await redis.ask('DEL', addressKey)
  const watch = await connectRedis(at, AbortSignal.timeout(timeoutMs))
  try {
    // Where Redis does not let anybody watch, it is a value.
    const watches = await watch.ask('MONITOR').then(() => true, () => false)
    if (watches && (await redis.handOver(addressKey, address))) return
    const command = watches && (await watch.isAskedForList(addressKey)) ? 'RPUSH' : 'SET'
    await redis.ask(command, addressKey, address)
  } finally {
    watch.close()
  }
}

async function dial(settings) {
  const signal = AbortSignal.timeout(settings.timeoutMs)
  // A step that the remote never ends is no reason to stay.
  const gaveUp = new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`not done within ${settings.timeoutMs / 1000} s`)))
  })
  return await Promise.race([dialWithin(settings, signal), gaveUp])
}

async function dialWithin(settings, signal) {
  const address = await addressOfListener(settings, signal)
  console.error(`dialling ${address}`)
  const node = await createNode({ manyStreams: manyStreams(settings) })
  const { document, failed = false } = await scenarios[settings.scenario](node, multiaddr(address), settings, signal)
  const { latency } = document
  const legacy = { handshakePlusOneRTTMillis: latency?.handshake_plus_one_rtt, pingRTTMilllis: latency?.ping_rtt }
  writeSync(stdout, settings.legacy ? `${JSON.stringify(legacy)}\n` : toYaml(document))
  if (failed) console.error('not everything went as it must: see the result')
  return failed ? 1 : 0
}

async function addressOfListener(settings, signal) {
  const redis = await connectRedis(settings.redis, signal)
  try {
    if (settings.legacy) return (await redis.ask('BLPOP', settings.addressKey, '0'))[1]
    for (;;) {
      const address = await redis.ask('GET', settings.addressKey).catch((error) => {
        if (!/WRONGTYPE/.test(error.message)) throw error
        return redis.ask('LPOP', settings.addressKey)
      })
      if (address) return address
      await new Promise((resolve) => setTimeout(resolve, 100))
      signal.throwIfAborted()
    }
  } finally {
    redis.close()
  }
}

/** The first address that others reach. */
function addressToTell(node) {
  const addresses = node.getMultiaddrs().map(String)
  const own = addresses.filter((address) => !address.includes('/p2p-circuit'))
  const reached = own.find((address) => !/^\/(ip4\/(127\.|0\.0\.0\.0)|ip6\/(::1|::|fe80:))/.test(address)) ?? own[0]
  if (reached === undefined) throw new Error('the node listens nowhere')
  return reached
}

/** Unset, empty and `null` are the same. */
function setting(name) {
  const value = process.env[name]?.trim()
  return value === '' || value === 'null' ? undefined : value
}

function number(name, initial) {
  const value = Number(setting(name) ?? initial)
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} is a whole number, not '${process.env[name]}'`)
  return value
}

/** The key as js-libp2p takes it: as the text of a key file. */
function networkKey(hex) {
  if (hex === undefined) return undefined
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new Error('PSK takes 64 hex digits')
  return new TextEncoder().encode(`/key/swarm/psk/1.0.0/\n/base16/\n${hex}`)
}
