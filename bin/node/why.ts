import type { DialExplanation } from '@p2pspec/generated/interfaces/libp2p'
import type { TraceEvent } from '@p2pspec/runtime/node/trace/trace-event'
import { withConnection, type ClientFlags } from './client.ts'
import type { Output } from './output.ts'

/** Dials, and tells each step of each attempt by its layer: how far it came, how long it took, and what stopped it. */
export async function why(address: string, flags: ClientFlags, output: Output): Promise<void> {
  const begin = performance.now()
  const watch = (event: TraceEvent): void => {
    const text = stepOf(event)
    if (text === undefined || !('connection' in event)) return
    const sinceMs = performance.now() - begin
    const { connection: attempt, layer, type } = event
    const step = {
      event: 'step',
      attempt,
      layer,
      type,
      sinceMs,
      text,
      ...('fault' in event ? { fault: event.fault } : {}),
    }
    output.tell(step, `${sinceMs.toFixed(1).padStart(9)} ms  #${attempt}  ${layer.padEnd(11)}  ${text}`)
  }
  await withConnection(
    address,
    flags,
    async ({ connection, dialMs, whoIs }) => {
      const peer = connection.remotePeer.toString()
      const agent = await whoIs.then(
        (info) => info.agentVersion ?? 'an agent that it does not name',
        () => 'an agent that it does not name',
      )
      output.tell(
        { event: 'connected', peer, address: connection.remoteAddress.toString(), agent, dialMs },
        `it works: connected to ${peer}, ${agent}, in ${dialMs.toFixed(1)} ms`,
      )
    },
    { trace: watch, plan: (explanation) => tellPlan(explanation, output) },
  )
}

function tellPlan({ peer, addresses }: DialExplanation, output: Output): void {
  const plan = addresses.map(({ address, source, rank, startMs, reason }) => {
    return { address: address.toString(), source, rank, startMs, reason }
  })
  const lines = plan.map(({ address, rank, startMs = 0, reason }) => {
    const when = rank === undefined ? 'not dialled' : `${startMs} ms`
    return `${when.padStart(12)}  plan            ${address}: ${reason}`
  })
  output.tell({ event: 'plan', peer: peer?.toString(), addresses: plan }, ...lines)
}

/** What a person wants to know of an event on the way to a connection; undefined for what comes after it. */
function stepOf(event: TraceEvent): string | undefined {
  const fault = 'fault' in event && event.fault !== undefined ? `: ${event.fault.message}` : ''
  switch (event.layer) {
    case 'transport':
      if (event.type === 'dialling') return `trying ${event.address} by ${event.transport}`
      if (event.type === 'connected') return `connected in ${event.durationMs.toFixed(1)} ms`
      if (event.type === 'failed') return `gave up after ${event.durationMs.toFixed(1)} ms${fault}`
      return event.type === 'closed' && event.fault !== undefined
        ? `dropped after ${event.receivedBytes} bytes in, ${event.sentBytes} bytes out`
        : undefined
    case 'negotiation':
      if (event.subject === 'stream') return undefined
      if (event.type === 'failed') return `no ${event.subject} was agreed on${fault}`
      return `${event.subject}: ${event.protocol}${event.early === true ? ', agreed inside the handshake' : ''}`
    case 'security':
      return event.type === 'secured'
        ? `it proved to be ${event.peer} in ${event.durationMs.toFixed(1)} ms`
        : `it did not prove to be who was asked for, after ${event.durationMs.toFixed(1)} ms${fault}`
    case 'muxer':
      return event.type === 'started' ? 'open for streams' : undefined
    case 'protocol':
    case 'store':
      return undefined
  }
}
