import type { DialExplanation } from '@p2pspec/generated/interfaces/libp2p'
import { abortReason, ignoreRejection } from '@p2pspec/runtime/core/abort'
import { createNode, type P2pNode } from '@p2pspec/runtime/node/create-node'
import type { Trace } from '@p2pspec/runtime/node/trace/trace-event'
import type { IdentifyInfo } from '@p2pspec/runtime/protocols/identify/identify-info'
import { perf } from '@p2pspec/runtime/protocols/perf/perf'
import { ping } from '@p2pspec/runtime/protocols/ping/ping'
import type { SwarmConnection } from '@p2pspec/runtime/swarm/connection'
import { byteCount, wholeNumber } from './arguments.ts'
import { knownPeers, type DataFlags } from './data-folder.ts'
import { nodeOptions, type NodeFlags } from './node-options.ts'
import type { Output } from './output.ts'

export interface ClientFlags extends NodeFlags, DataFlags {
  readonly timeout: string
}

export async function dial(address: string, flags: ClientFlags, output: Output): Promise<void> {
  await withConnection(address, flags, async ({ connection, dialMs, whoIs }) => {
    const agent = await whoIs.then(
      (info) => info.agentVersion ?? 'not said',
      () => 'not said',
    )
    const { remotePeer, remoteAddress, security, muxer } = connection
    output.tell(
      {
        event: 'connected',
        peer: remotePeer.toString(),
        address: remoteAddress.toString(),
        security,
        muxer,
        agent,
        dialMs,
      },
      `connected to ${remotePeer} at ${remoteAddress} in ${dialMs.toFixed(1)} ms (${security}, ${muxer})`,
      `agent: ${agent}`,
    )
  })
}

export async function pingPeer(
  address: string,
  flags: ClientFlags & { readonly count: string },
  output: Output,
): Promise<void> {
  const count = wholeNumber('--count', flags.count)
  await withConnection(address, flags, async ({ connection, signal }) => {
    const { roundTrips, min, mean, max, deviation } = await ping(connection, { count, signal })
    const peer = connection.remotePeer.toString()
    output.tell(
      { event: 'pinged', peer, rttMs: mean, min, mean, max, deviation, roundTrips },
      ...roundTrips.map((roundTrip, index) => `ping ${index + 1}: ${roundTrip.toFixed(3)} ms`),
      `${peer}: ${count} of ${count} answered, ${min.toFixed(3)} / ${mean.toFixed(3)} / ${max.toFixed(3)} ms (least, mean, most)`,
    )
  })
}

export async function identifyPeer(address: string, flags: ClientFlags, output: Output): Promise<void> {
  await withConnection(address, flags, async ({ whoIs }) => {
    const info = await whoIs
    const { agentVersion, protocolVersion, observedAddress, recordError } = info
    const addresses = (info.listenAddresses ?? []).map(String)
    const protocols = info.protocols ?? []
    const record = info.signedPeerRecord !== undefined ? 'signed' : (recordError ?? 'not signed')
    output.tell(
      {
        event: 'identified',
        peer: info.peerId.toString(),
        agent: agentVersion,
        protocolVersion,
        addresses,
        observedAddress: observedAddress?.toString(),
        protocols,
        addressRecord: record,
      },
      `peer id    ${info.peerId}`,
      `agent      ${agentVersion ?? 'not said'}`,
      `network    ${protocolVersion ?? 'not said'}`,
      `sees us at ${observedAddress ?? 'not said'}`,
      `addresses  ${addresses.length === 0 ? 'none said' : record}`,
      ...addresses.map((listed) => `    ${listed}`),
      'protocols',
      ...protocols.map((protocol) => `    ${protocol}`),
    )
  })
}

export async function measure(
  address: string,
  flags: ClientFlags & { readonly upload: string; readonly download: string },
  output: Output,
): Promise<void> {
  const uploadBytes = byteCount('--upload', flags.upload)
  const downloadBytes = byteCount('--download', flags.download)
  await withConnection(address, flags, async ({ connection, signal }) => {
    const up = await perf(connection, { uploadBytes, signal })
    const down = await perf(connection, { downloadBytes, signal })
    const peer = connection.remotePeer.toString()
    const megabytesUp = rate(uploadBytes, up.totalMs)
    const megabytesDown = rate(downloadBytes, down.totalMs)
    output.tell(
      {
        event: 'measured',
        peer,
        uploadBytes,
        uploadMs: up.totalMs,
        uploadMegabytesPerSecond: megabytesUp,
        downloadBytes,
        downloadMs: down.totalMs,
        downloadMegabytesPerSecond: megabytesDown,
      },
      `upload    ${uploadBytes} bytes in ${up.totalMs.toFixed(0)} ms: ${megabytesUp.toFixed(1)} MB/s`,
      `download  ${downloadBytes} bytes in ${down.totalMs.toFixed(0)} ms: ${megabytesDown.toFixed(1)} MB/s`,
    )
  })
}

interface Dialled {
  readonly connection: SwarmConnection
  readonly dialMs: number
  /** What the peer says of itself; rejects where it says nothing. */
  readonly whoIs: Promise<IdentifyInfo>
  readonly signal: AbortSignal
}

interface Watcher {
  readonly trace?: Trace
  /** What the dial is about to do. */
  readonly plan?: (explanation: DialExplanation) => void
}

/** Dials with a node of its own, and stops it on every path. */
export async function withConnection(
  address: string,
  flags: ClientFlags,
  use: (dialled: Dialled) => Promise<void>,
  { trace: watch, plan }: Watcher = {},
): Promise<void> {
  const timeoutMs = wholeNumber('--timeout', flags.timeout) * 1_000
  const common = { ...(await nodeOptions(flags)), ...(await knownPeers(address, flags)) }
  const abort = new AbortController()
  const interrupt = (): void => abort.abort(new DOMException('interrupted', 'AbortError'))
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  const timer = setTimeout(
    () => abort.abort(new TimeoutFailure(`no result from ${address} within ${timeoutMs / 1_000} s; raise --timeout?`)),
    timeoutMs,
  )
  let node: P2pNode | undefined
  try {
    const trace = watch === undefined ? {} : { trace: bothOf(common.trace, watch) }
    node = await createNode({ ...common, ...trace, preset: 'client' })
    plan?.(node.explain(address))
    const whoIs = firstIdentity(node, abort.signal)
    const begin = performance.now()
    const connection = await node.dial(address, { signal: abort.signal })
    await use({ connection, dialMs: performance.now() - begin, whoIs, signal: abort.signal })
  } finally {
    clearTimeout(timer)
    await node?.stop()
  }
}

function bothOf(first: Trace | undefined, second: Trace): Trace {
  return (event) => {
    first?.(event)
    second(event)
  }
}

/** Asked for before the dial, since the node asks each new peer by itself. */
function firstIdentity(node: P2pNode, signal: AbortSignal): Promise<IdentifyInfo> {
  const identity = new Promise<IdentifyInfo>((resolve, reject) => {
    node.events.on('peer-identified', ({ info }) => resolve(info))
    node.events.on('identify-failed', ({ error }) => reject(error instanceof Error ? error : new Error(String(error))))
    signal.addEventListener('abort', () => reject(abortReason(signal)), { once: true })
  })
  return ignoreRejection(identity)
}

class TimeoutFailure extends Error {
  override readonly name = 'TimeoutFailure'
  readonly code = 'timeout'
}

function rate(bytes: bigint, milliseconds: number): number {
  return milliseconds === 0 ? 0 : Number(bytes) / 1_000 / milliseconds
}
