import type { Reaction } from '../events.ts'
import type { Desk } from './adapter.ts'

/** How the place ended, seen from the lowest layer that ended; null while all is open. */
export function endOf(desk: Desk): Reaction | null {
  const { connection } = desk
  if (connection.hasSession) {
    const { session } = connection
    if (session.goAway !== null) return { layer: 'muxer', kind: 'go-away', code: session.goAway }
    if (session.state !== 'open') return { layer: 'muxer', kind: 'connection closed' }
    if (desk.stream !== null && desk.stream.inbox.state !== 'open') {
      const layer = desk.reach.at === 'stream' && desk.reach.protocol === null ? 'negotiation' : 'protocol'
      return { layer, kind: desk.stream.inbox.state === 'reset' ? 'stream reset' : 'stream closed' }
    }
    return null
  }
  if (connection.wire.inbox.state === 'open') return null
  const layer = desk.reach.at === 'transport' ? 'negotiation' : 'security'
  return { layer, kind: 'connection closed' }
}

/** A reaction in words. */
export function describeReaction(reaction: Reaction): string {
  switch (reaction.kind) {
    case 'go-away':
      return `sent go-away with code ${reaction.code ?? '?'}`
    case 'stream reset':
      return 'reset the stream'
    case 'stream closed':
      return 'ended the stream'
    case 'connection closed':
      return 'closed the connection'
    case 'hung':
      return 'neither answered nor ended anything'
    case 'ignored':
      return 'ignored it'
    case 'answered':
      return 'answered'
    case 'crashed':
      return 'crashed'
  }
}
