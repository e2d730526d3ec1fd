import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { P2pNode } from '@p2pspec/runtime/node/create-node'
import type { IdentifyInfo } from '@p2pspec/runtime/protocols/identify/identify-info'
import { perf } from '@p2pspec/runtime/protocols/perf/perf'
import { ping } from '@p2pspec/runtime/protocols/ping/ping'
import { Unsupported } from '../setup.ts'
import type { ContractSettings } from './environment.ts'
import { drain, pushedProtocol, pushProtocol } from './protocols.ts'
import type { ResultValue } from './result-yaml.ts'
import { summaryOf } from './statistics.ts'
import { streamSteps } from './stream-steps.ts'

export interface ScenarioResult {
  readonly document: { readonly [name: string]: ResultValue }
  readonly failed?: boolean
}

type Scenario = (
  node: P2pNode,
  address: string,
  settings: ContractSettings,
  signal: AbortSignal,
) => Promise<ScenarioResult>

const pushPatienceMs = 10_000
/** How much of its time the dialer spends on one step at most. */
const stepShare = 4

const scenarios = new Map<string, Scenario>([
  ['ping', pingScenario],
  ['perf', perfScenario],
  ['pnet', pnetScenario],
  ['identify', identifyScenario],
  ['streams', streamsScenario],
])

export function scenarioOf(name: string): Scenario {
  const scenario = scenarios.get(name)
  if (scenario === undefined) throw new Unsupported(`SCENARIO takes ${[...scenarios.keys()].join(', ')}, not '${name}'`)
  return scenario
}

async function pingScenario(
  node: P2pNode,
  address: string,
  _: ContractSettings,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const begin = performance.now()
  const connection = await node.dial(address, { signal })
  const { mean } = await ping(connection, { signal })
  const latency = { handshake_plus_one_rtt: performance.now() - begin, ping_rtt: mean, unit: 'ms' }
  return { document: { latency } }
}

async function pnetScenario(
  node: P2pNode,
  address: string,
  settings: ContractSettings,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  if (settings.setup.networkKey === undefined) throw new Error('the pnet scenario takes PSK')
  const { document } = await pingScenario(node, address, settings, signal)
  return { document: { pnet: true, ...document } }
}

async function perfScenario(
  node: P2pNode,
  address: string,
  { perf: amounts }: ContractSettings,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const connection = await node.dial(address, { signal })
  const seconds = async (count: number, bytes: { uploadBytes?: number; downloadBytes?: number }): Promise<number[]> => {
    const samples: number[] = []
    for (let index = 0; index < count; index++) {
      const begin = performance.now()
      await perf(connection, { ...bytes, signal })
      samples.push((performance.now() - begin) / 1000)
    }
    return samples
  }
  const gigabits = (byteCount: number) => (time: number) => (byteCount * 8) / time / 1e9
  const { uploadBytes, downloadBytes } = amounts
  const upload = await seconds(amounts.uploadIterations, { uploadBytes })
  const download = await seconds(amounts.downloadIterations, { downloadBytes })
  const latency = await seconds(amounts.latencyIterations, { uploadBytes: 1, downloadBytes: 1 })
  return {
    document: {
      upload: summaryOf(upload.map(gigabits(uploadBytes)), 'Gbps'),
      download: summaryOf(download.map(gigabits(downloadBytes)), 'Gbps'),
      latency: summaryOf(
        latency.map((time) => time * 1000),
        'ms',
      ),
    },
  }
}

async function streamsScenario(
  node: P2pNode,
  address: string,
  { streams, setup, timeoutMs }: ContractSettings,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const connection = await node.dial(address, { signal })
  const { results, failed } = await streamSteps(connection, streams, {
    muxer: setup.muxer ?? '',
    limitMs: timeoutMs / stepShare,
  })
  return { document: { streams: results }, failed }
}

async function identifyScenario(
  node: P2pNode,
  address: string,
  _: ContractSettings,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const connection = await node.dial(address, { signal })
  const info = await identifiedAs(node, connection, () => true, signal)
  const push = await connection.openStream(pushProtocol, { signal })
  await push.closeWrite()
  await drain(push)
  const patience = AbortSignal.any([signal, AbortSignal.timeout(pushPatienceMs)])
  const hasPushed = ({ protocols = [] }: IdentifyInfo): boolean => protocols.includes(pushedProtocol)
  const received = await identifiedAs(node, connection, hasPushed, patience).then(
    () => true,
    () => false,
  )
  return { document: { identify: describe(info), push: { received } }, failed: !received }
}

/** What the peer has said of itself, once it is what is waited for. */
async function identifiedAs(
  node: P2pNode,
  connection: Connection,
  isIt: (info: IdentifyInfo) => boolean,
  signal: AbortSignal,
): Promise<IdentifyInfo> {
  const known = node.services.identified(connection)
  if (known !== undefined && isIt(known)) return known
  return await new Promise((resolve, reject) => {
    const off = node.events.on('peer-identified', (event) => {
      if (event.connection !== connection || !isIt(event.info)) return
      off()
      resolve(event.info)
    })
    signal.addEventListener('abort', () => {
      off()
      reject(new Error('the peer did not say who it is'))
    })
  })
}

function describe(info: IdentifyInfo): { readonly [name: string]: ResultValue } {
  return {
    peer_id: info.peerId.toString(),
    agent_version: info.agentVersion ?? null,
    protocol_version: info.protocolVersion ?? null,
    observed_addr: info.observedAddress?.toString() ?? null,
    signed_peer_record: info.signedPeerRecord !== undefined,
    listen_addrs: (info.listenAddresses ?? []).map(String),
    protocols: info.protocols ?? [],
  }
}
