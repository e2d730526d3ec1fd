import type { SetupValues } from '../setup.ts'

/** What the environment asks of a node, in either spelling: interop/contract.md. */
export interface ContractSettings {
  readonly spelling: 'unified-testing' | 'test-plans'
  readonly isDialer: boolean
  readonly redis: { readonly host: string; readonly port: number }
  /** Redis key under which the listener's address is found. */
  readonly addressKey: string
  readonly listenerIp: string
  readonly scenario: string
  readonly timeoutMs: number
  readonly setup: SetupValues
  readonly perf: PerfAmounts
  readonly streams: StreamAmounts
}

export interface PerfAmounts {
  readonly uploadBytes: number
  readonly downloadBytes: number
  readonly uploadIterations: number
  readonly downloadIterations: number
  readonly latencyIterations: number
}

export interface StreamAmounts {
  readonly count: number
  readonly atOnce: number
  readonly largeBytes: number
}

type Environment = Readonly<Record<string, string | undefined>>

const gibibyte = 1024 * 1024 * 1024
const standalone = new Set(['quic', 'quic-v1'])

/** Whether the environment asks for a node of the contract at all. */
export function isContract(environment: Environment): boolean {
  return environment['IS_DIALER'] !== undefined || environment['is_dialer'] !== undefined
}

export function readEnvironment(environment: Environment): ContractSettings {
  return environment['IS_DIALER'] === undefined ? readTestPlans(environment) : readUnifiedTesting(environment)
}

function readUnifiedTesting(environment: Environment): ContractSettings {
  const text = (name: string): string | undefined => valueOf(environment, name)
  const number = (name: string, initial: number): number => numberOf(environment, name, initial)
  const testKey = required(environment, 'TEST_KEY')
  const measures = text('UPLOAD_BYTES') !== undefined || text('DOWNLOAD_BYTES') !== undefined
  const networkKey = text('PSK') === undefined ? undefined : readNetworkKey(required(environment, 'PSK'))
  return {
    spelling: 'unified-testing',
    isDialer: booleanOf(environment, 'IS_DIALER'),
    redis: readHostAndPort(required(environment, 'REDIS_ADDR')),
    addressKey: `${testKey}_listener_multiaddr`,
    listenerIp: text('LISTENER_IP') ?? '0.0.0.0',
    scenario: text('SCENARIO') ?? (measures ? 'perf' : 'ping'),
    timeoutMs: number('TEST_TIMEOUT_SECONDS', number('TEST_TIMEOUT_SECS', 180)) * 1000,
    setup: {
      transport: required(environment, 'TRANSPORT'),
      security: text('SECURE_CHANNEL'),
      muxer: text('MUXER'),
      networkKey,
      with: text('WITH'),
    },
    perf: {
      uploadBytes: number('UPLOAD_BYTES', gibibyte),
      downloadBytes: number('DOWNLOAD_BYTES', gibibyte),
      uploadIterations: number('UPLOAD_ITERATIONS', 10),
      downloadIterations: number('DOWNLOAD_ITERATIONS', 10),
      latencyIterations: number('LATENCY_ITERATIONS', 100),
    },
    streams: {
      count: number('STREAMS', 1000),
      atOnce: number('STREAMS_AT_ONCE', 100),
      largeBytes: number('LARGE_BYTES', gibibyte / 16),
    },
  }
}

function readTestPlans(environment: Environment): ContractSettings {
  const transport = required(environment, 'transport')
  // For a transport that brings its own, some runners leave these in from the cell before.
  const unlessStandalone = (name: string): string | undefined =>
    standalone.has(transport) ? undefined : valueOf(environment, name)
  return {
    spelling: 'test-plans',
    isDialer: booleanOf(environment, 'is_dialer'),
    redis: readHostAndPort(valueOf(environment, 'redis_addr') ?? 'redis:6379'),
    addressKey: 'listenerAddr',
    listenerIp: valueOf(environment, 'ip') ?? '0.0.0.0',
    scenario: 'ping',
    timeoutMs: numberOf(environment, 'test_timeout_seconds', 180) * 1000,
    setup: { transport, security: unlessStandalone('security'), muxer: unlessStandalone('muxer') },
    perf: { uploadBytes: 0, downloadBytes: 0, uploadIterations: 0, downloadIterations: 0, latencyIterations: 0 },
    streams: { count: 0, atOnce: 1, largeBytes: 0 },
  }
}

/** Unset, empty and `null` are the same. */
function valueOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim()
  return value === undefined || value === '' || value === 'null' ? undefined : value
}

function required(environment: Environment, name: string): string {
  const value = valueOf(environment, name)
  if (value === undefined) throw new RangeError(`${name} is not set`)
  return value
}

function booleanOf(environment: Environment, name: string): boolean {
  const value = valueOf(environment, name)
  if (value !== 'true' && value !== 'false') throw new RangeError(`${name} is true or false, not '${value ?? ''}'`)
  return value === 'true'
}

function numberOf(environment: Environment, name: string, initial: number): number {
  const value = valueOf(environment, name)
  if (value === undefined) return initial
  const number = Number(value)
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`${name} is a whole number, not '${value}'`)
  return number
}

function readHostAndPort(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?<host>.+):(?<port>\d+)$/.exec(text)
  const { host, port } = match?.groups ?? {}
  if (host === undefined || port === undefined) throw new RangeError(`the address of Redis is host:port, not '${text}'`)
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) }
}

function readNetworkKey(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new RangeError('PSK takes 64 hex digits')
  return new Uint8Array(Buffer.from(text, 'hex'))
}
