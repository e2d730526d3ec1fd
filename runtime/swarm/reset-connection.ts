import type { TransportConnection } from '@p2pspec/generated/interfaces/transport'

/** Ends what a transport made, raw or muxed, at once. */
export function resetConnection(made: TransportConnection, reason?: Error): void {
  if ('channel' in made) made.channel.reset(reason)
  else made.reset(reason)
}
