import type { P2pNode } from '@p2pspec/runtime/node/create-node'
import type { PresetName } from '@p2pspec/runtime/node/presets'
import type { Connection } from '@p2pspec/generated/interfaces/connection'
import { createKeepingNode, type DataFlags } from './data-folder.ts'
import { MetricsServer } from './metrics-server.ts'
import { nodeOptions, type NodeFlags } from './node-options.ts'
import type { Output } from './output.ts'

export interface ListenFlags extends NodeFlags, DataFlags {
  readonly listen?: readonly string[]
  readonly preset: PresetName
  readonly perf?: boolean
  readonly metrics?: string
  readonly untilStdinEnds?: boolean
}

/** Runs a node until it is told to stop: a line for each thing that happens. */
export async function listen(flags: ListenFlags, output: Output): Promise<void> {
  const common = await nodeOptions(flags)
  const metrics = flags.metrics === undefined ? undefined : await MetricsServer.start(flags.metrics)
  let node: P2pNode | undefined
  try {
    const options = {
      ...common,
      preset: flags.preset,
      ...(metrics === undefined ? {} : { metrics: metrics.metrics }),
      ...(flags.listen === undefined ? {} : { listen: flags.listen }),
      ...(flags.perf === true ? { perf: true } : {}),
    }
    const kept = await createKeepingNode(options, flags)
    node = kept.node
    tellEvents(node, output)
    tellAddresses(node, { metrics: metrics?.url, data: kept.dataFolder }, output)
    const reason = await stopSignal(flags.untilStdinEnds === true)
    output.tell({ event: 'stopping', reason, connections: node.connections.length }, `stopping   ${reason}`)
  } finally {
    await node?.stop()
    metrics?.close()
  }
  output.tell({ event: 'stopped' }, 'stopped')
}

function tellAddresses(
  node: P2pNode,
  { metrics, data }: { readonly metrics: string | undefined; readonly data: string | undefined },
  output: Output,
): void {
  const { addresses, protocols } = node
  const peerId = node.peerId.toString()
  const nowhere = 'listening  nowhere: this preset only dials; name an address with --listen'
  output.tell(
    { event: 'listening', addresses, peerId, agent: node.services.agentVersion, protocols, metrics, data },
    `peer id    ${peerId}`,
    ...(addresses.length === 0 ? [nowhere] : addresses.map((address) => `listening  ${address}`)),
    ...(metrics === undefined ? [] : [`metrics    ${metrics}`]),
    ...(data === undefined ? [] : [`peers      kept in ${data}`]),
  )
}

function tellEvents(node: P2pNode, output: Output): void {
  const facts = (connection: Connection): { connection: number; peer: string; address: string } => ({
    connection: connection.id,
    peer: connection.remotePeer.toString(),
    address: connection.remoteAddress.toString(),
  })
  node.events.on('connection-opened', ({ connection }) => {
    const { direction, security, muxer } = connection
    const known = facts(connection)
    output.tell(
      { event: 'connected', ...known, direction, security, muxer },
      `connected  #${known.connection} ${direction} ${known.peer} at ${known.address} (${security}, ${muxer})`,
    )
  })
  node.events.on('connection-closed', ({ connection, error }) => {
    const known = facts(connection)
    output.tell(
      { event: 'closed', ...known, error: error?.message },
      `closed     #${known.connection} ${known.peer}${error === undefined ? '' : `: ${error.message}`}`,
    )
  })
  node.events.on('peer-identified', ({ connection, info }) => {
    const { agentVersion, protocolVersion, protocols = [] } = info
    output.tell(
      { event: 'identified', ...facts(connection), agent: agentVersion, protocolVersion, protocols },
      `identified #${connection.id} ${agentVersion ?? 'no agent named'}, serves ${protocols.length} protocols`,
    )
  })
  node.events.on('identify-failed', ({ connection, error }) => {
    const message = messageOf(error)
    output.tell(
      { event: 'identify-failed', ...facts(connection), error: message },
      `identify   #${connection.id} failed: ${message}`,
    )
  })
  node.events.on('addresses-changed', ({ addresses }) => {
    output.tell({ event: 'addresses-changed', addresses }, ...addresses.map((address) => `reached at ${address}`))
  })
  node.events.on('peer-store-fault', ({ error }) => {
    output.tell(
      { event: 'peer-store-fault', code: error.code, error: error.message },
      `peers      ${error.code}: ${error.message}`,
    )
  })
  node.events.on('inbound-failed', ({ address, error }) => {
    output.tell(
      { event: 'inbound-failed', address: address.toString(), error: error.message },
      `refused    ${address}: ${error.message}`,
    )
  })
  node.events.on('handler-failed', ({ connection, protocol, error }) => {
    const message = messageOf(error)
    output.tell(
      { event: 'handler-failed', ...facts(connection), protocol, error: message },
      `stream     #${connection.id} ${protocol} failed: ${message}`,
    )
  })
}

/** Resolves with the reason to stop. A second signal ends the process at once. */
function stopSignal(untilStdinEnds: boolean): Promise<string> {
  return new Promise((resolve) => {
    const stop = (reason: string): void => {
      // An input that is still open would keep the process.
      if (untilStdinEnds) process.stdin.destroy()
      process.once('SIGINT', () => process.exit(130))
      process.once('SIGTERM', () => process.exit(143))
      resolve(reason)
    }
    process.once('SIGINT', () => stop('SIGINT'))
    process.once('SIGTERM', () => stop('SIGTERM'))
    if (!untilStdinEnds) return
    process.stdin.once('end', () => stop('standard input ended'))
    process.stdin.once('error', () => stop('standard input failed'))
    process.stdin.resume()
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
