import type { AddressChoice, DialExplanation } from '@p2pspec/generated/interfaces/libp2p'

/** The explanation as a text for a terminal, one fact a line. */
export function formatExplanation(explanation: DialExplanation): string {
  const { peer, connections, dialling, verdict, addresses, attempts } = explanation
  const lines = [`peer: ${peer?.toString() ?? 'not named'}`]
  if (!verdict.allow) lines.push(`the connection gater refuses the peer: ${verdict.reason}`)
  for (const { direction, remoteAddress, status } of connections)
    lines.push(`${status} ${direction} connection with ${remoteAddress}`)
  if (dialling) lines.push('a dial is under way')
  lines.push(addresses.length === 0 ? 'no address is known' : 'addresses:', ...addresses.map(addressLine))
  if (attempts.length > 0) lines.push('last attempts:')
  for (const { address, layer, reason, durationMs } of attempts)
    lines.push(`  ${address} (${layer}, ${Math.round(durationMs)} ms): ${reason}`)
  return `${lines.join('\n')}\n`
}

function addressLine({ address, rank, startMs, transport, reason, backOffMs }: AddressChoice): string {
  const failed = backOffMs > 0 ? `, failed lately: ${Math.ceil(backOffMs / 1000)} s of back-off left` : ''
  if (rank === undefined) return `  not dialled: ${address}: ${reason}`
  return `  ${rank + 1}. ${address} after ${startMs ?? 0} ms${transport === undefined ? '' : ` over ${transport}`}: ${reason}${failed}`
}
