import type { Connection, PeerId } from '@p2pspec/generated/interfaces/connection'
import { limits } from '@p2pspec/generated/common/limits'
import type { AbortOptions, Stream } from '@p2pspec/generated/interfaces/stream'
import { readerRole, writerRole } from '@p2pspec/generated/protocols/identify/machine'
import { systemClock, type Clock } from '../../core/clock.ts'
import { drive } from '../../core/driver.ts'
import { decodePublicKey } from '../../crypto/keys.ts'
import { peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { IdentifyRefusal } from './identify-error.ts'
import { readInfo, type IdentifyInfo } from './identify-info.ts'
import { selfMessages, type IdentifySelf } from './identify-self.ts'
import type { PushBudgets } from './push-budget.ts'

export const identifyProtocol = '/ipfs/id/1.0.0'
export const identifyPushProtocol = '/ipfs/id/push/1.0.0'

export interface IdentifyOptions extends AbortOptions {
  readonly clock?: Clock | undefined
}

const reader = readerRole({ keyOf })

/** Asks the remote who it is. Rejects with a `DriverError` (`foreign-key`, `malformed`, `timeout`…) or with the signal's reason. */
export async function identify(connection: Connection, options: IdentifyOptions = {}): Promise<IdentifyInfo> {
  const stream = await connection.openStream(identifyProtocol, { signal: options.signal })
  return await read(stream, options)
}

/** Answers one stream of a remote that asks who this node is. */
export async function handleIdentify(stream: Stream, self: IdentifySelf, options: IdentifyOptions = {}): Promise<void> {
  await write(stream, self, options)
}

/** Tells the remote what has changed. */
export async function pushIdentify(
  connection: Connection,
  self: IdentifySelf,
  options: IdentifyOptions = {},
): Promise<void> {
  const stream = await connection.openStream(identifyPushProtocol, { signal: options.signal })
  await write(stream, self, options)
}

/** Tells every remote what has changed, some of them at a time. Resolves with what went wrong, by connection; never rejects. */
export async function pushIdentifyToAll(
  connections: readonly Connection[],
  self: IdentifySelf,
  options: IdentifyOptions = {},
): Promise<ReadonlyMap<Connection, unknown>> {
  const failures = new Map<Connection, unknown>()
  const waiting = connections.values()
  const work = async (): Promise<void> => {
    for (const connection of waiting)
      await pushIdentify(connection, self, options).catch((error: unknown) => failures.set(connection, error))
  }
  await Promise.all(Array.from({ length: Math.min(limits.identify.pushConcurrency, connections.length) }, work))
  return failures
}

/** Reads one pushed update; `applyPush` joins it with what is known. A peer or a network that pushes too often is refused, unread. */
export async function handleIdentifyPush(
  stream: Stream,
  budgets: PushBudgets,
  options: IdentifyOptions = {},
): Promise<IdentifyInfo> {
  const { clock = systemClock } = options
  if (!budgets.take(stream.connection, clock.now())) {
    const { pushesPerMinute, networkPushesPerMinute } = limits.identify
    const message = `${stream.connection.remotePeer} pushes more than ${pushesPerMinute} updates a minute, or its network more than ${networkPushesPerMinute}; this one was not read`
    const refusal = new IdentifyRefusal('too-many-pushes', message)
    stream.reset(refusal)
    throw refusal
  }
  return await read(stream, options)
}

async function read(stream: Stream, options: IdentifyOptions): Promise<IdentifyInfo> {
  const { remotePeer } = stream.connection
  const output = await drive(reader, { remote: remotePeer }, stream, options)
  // A reader ends well with this output alone.
  const message = output?.type === 'identified' ? output.info : {}
  return readInfo(message, remotePeer)
}

async function write(stream: Stream, self: IdentifySelf, options: IdentifyOptions): Promise<void> {
  await drive(writerRole, selfMessages(self, stream.connection.remoteAddress), stream, options)
}

/** Whether the bytes are the encoded public key of that peer. */
//= ID-KEY-2
function keyOf(key: Uint8Array, peer: PeerId): boolean {
  try {
    return peerIdFromPublicKey(decodePublicKey(key)).equals(peer)
  } catch {
    return false
  }
}
