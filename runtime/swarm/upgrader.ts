import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { ConnectionEncrypter, SecureChannel } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ConnectionProtector } from '@p2pspec/generated/interfaces/connection-protector'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type { MuxedConnection, RawConnection, TransportConnection } from '@p2pspec/generated/interfaces/transport'
import { ignoreRejection } from '../core/abort.ts'
import { negotiateInbound, negotiateOutbound } from '../protocols/multistream-select/multistream-select.ts'
import { PnetError } from '../protocols/pnet/pnet-error.ts'
import { SwarmConnection, type ConnectionFacts, type ConnectionObserver } from './connection.ts'
import { SwarmError, type UpgradeLayer } from './errors.ts'
import { resetConnection } from './reset-connection.ts'
import type { StreamRegistrar } from './registrar.ts'
import type { ConnectionScope } from './resources/connection-scope.ts'

export interface UpgraderParts {
  /** Puts every connection under the key of a private network; undefined outside of one. */
  readonly protector?: ConnectionProtector | undefined
  readonly encrypters: readonly ConnectionEncrypter[]
  readonly muxers: readonly StreamMuxer[]
  readonly registrar: StreamRegistrar
  readonly observer: ConnectionObserver
}

export interface UpgradeOptions {
  readonly signal: AbortSignal
  /** Where the connection is counted; whoever made it closes it when the upgrade fails. */
  readonly scope: ConnectionScope
  /** The identity that the remote must prove. */
  readonly remotePeer?: PeerId | undefined
  /** Told the proven identity before anything else happens; ends the upgrade by throwing. */
  readonly onSecured?: (peer: PeerId) => void
  /** Told of the connection before its first stream is; ends the upgrade by throwing. */
  readonly onUpgraded?: (connection: SwarmConnection) => void
}

/**
 * Raw connection → security → muxer → connection. What a transport has secured and muxed itself has only its peer left to compare.
 * No connection object exists before the remote's identity is proven.
 */
export class Upgrader {
  readonly #parts: UpgraderParts
  readonly #encrypters: ReadonlyMap<string, ConnectionEncrypter>
  readonly #muxers: ReadonlyMap<string, StreamMuxer>
  readonly #securityOffers: readonly string[]
  readonly #muxerOffers: readonly string[]
  #lastId = 0

  constructor(parts: UpgraderParts) {
    this.#parts = parts
    this.#encrypters = new Map(parts.encrypters.map((encrypter) => [encrypter.protocol, encrypter]))
    this.#muxers = new Map(parts.muxers.map((muxer) => [muxer.protocol, muxer]))
    this.#securityOffers = [...this.#encrypters.keys()]
    this.#muxerOffers = [...this.#muxers.keys()]
  }

  async upgradeOutbound(made: TransportConnection, options: UpgradeOptions): Promise<SwarmConnection> {
    return 'channel' in made ? await this.#upgrade(made, 'outbound', options) : this.#take(made, 'outbound', options)
  }

  async upgradeInbound(made: TransportConnection, options: UpgradeOptions): Promise<SwarmConnection> {
    return 'channel' in made ? await this.#upgrade(made, 'inbound', options) : this.#take(made, 'inbound', options)
  }

  /** Takes a connection that is secured and muxed already. */
  #take(made: MuxedConnection, direction: 'inbound' | 'outbound', options: UpgradeOptions): SwarmConnection {
    const { remotePeer } = made
    try {
      //= PNET-CARRIER-1
      if (this.#parts.protector !== undefined)
        throw new PnetError(
          'unprotectable',
          'This node is in a private network, and the connection is not under its key.',
        )
      options.signal.throwIfAborted()
      //= QUIC-PEER-1
      if (options.remotePeer?.equals(remotePeer) === false)
        throw new Error(`${options.remotePeer} was to be reached, and ${remotePeer} answered`)
      options.scope.setPeer(remotePeer.toString())
      options.onSecured?.(remotePeer)
      const connection = this.#connectionOf(made, made, direction, options.scope)
      options.onUpgraded?.(connection)
      connection.attach(made.start(connection, connection))
      return connection
    } catch (cause) {
      const layer = foreignNetworkOf(cause) === undefined ? 'security' : 'private-network'
      const error = failure(made, direction, layer, cause, options.signal)
      resetConnection(made, error)
      throw error
    }
  }

  async #upgrade(
    raw: RawConnection,
    direction: 'inbound' | 'outbound',
    options: UpgradeOptions,
  ): Promise<SwarmConnection> {
    let layer: UpgradeLayer = 'security-negotiation'
    try {
      //= PNET-KEY-2
      //= PNET-TWICE-1
      const channel = this.#parts.protector?.protect(raw.channel, direction) ?? raw.channel
      const early = direction === 'outbound' ? this.#startEarly(channel, options) : undefined
      const security = await (early?.negotiated ??
        this.#select(channel, this.#securityOffers, direction, options.signal))
      layer = 'security'
      const secure = await (early?.secured ?? this.#secure(security, channel, direction, options))
      options.scope.setPeer(secure.remotePeer.toString())
      options.onSecured?.(secure.remotePeer)
      layer = 'muxer-negotiation'
      const muxer = secure.muxer ?? (await this.#select(secure.channel, this.#muxerOffers, direction, options.signal))
      options.signal.throwIfAborted()
      layer = 'muxer'
      return this.#connect(raw, secure, security, muxer, direction, options)
    } catch (cause) {
      // Whatever the layers above make of it: a private network that was not entered is why.
      const foreign = foreignNetworkOf(cause)
      if (foreign !== undefined) layer = 'private-network'
      const error = failure(raw, direction, layer, foreign ?? cause, options.signal)
      resetConnection(raw, error)
      throw error
    }
  }

  /** Where only one security is offered, its first message leaves with the proposal: one round trip less. */
  #startEarly(
    channel: ByteDuplex,
    { signal, remotePeer }: UpgradeOptions,
  ): { readonly negotiated: Promise<string>; readonly secured: Promise<SecureChannel> } | undefined {
    const [encrypter, ...others] = this.#parts.encrypters
    if (encrypter?.startsEarly !== true || others.length > 0) return undefined
    const negotiated = negotiateOutbound(channel, this.#securityOffers, { signal })
    const secured = encrypter.secureOutbound(channel, { signal, remotePeer, muxers: this.#muxerOffers, negotiated })
    return { negotiated, secured: ignoreRejection(secured) }
  }

  async #select(
    channel: ByteDuplex,
    offers: readonly string[],
    direction: 'inbound' | 'outbound',
    signal: AbortSignal,
  ): Promise<string> {
    return direction === 'outbound'
      ? await negotiateOutbound(channel, offers, { signal })
      : await negotiateInbound(channel, offers, { signal })
  }

  async #secure(
    security: string,
    channel: ByteDuplex,
    direction: 'inbound' | 'outbound',
    options: UpgradeOptions,
  ): Promise<SecureChannel> {
    const encrypter = known(this.#encrypters, security)
    const { signal, remotePeer } = options
    const muxers = this.#muxerOffers
    return direction === 'outbound'
      ? await encrypter.secureOutbound(channel, { signal, remotePeer, muxers })
      : await encrypter.secureInbound(channel, { signal, muxers })
  }

  #connect(
    raw: RawConnection,
    secure: SecureChannel,
    security: string,
    muxer: string,
    direction: 'inbound' | 'outbound',
    { scope, onUpgraded }: UpgradeOptions,
  ): SwarmConnection {
    const { remotePeer, remotePublicKey } = secure
    const { localAddress, remoteAddress } = raw
    const facts = { remotePeer, remotePublicKey, remoteAddress, localAddress, security, muxer }
    const connection = this.#connectionOf(raw, facts, direction, scope)
    onUpgraded?.(connection)
    secure.channel.unsentBudget = scope
    connection.attach(known(this.#muxers, muxer).start(secure.channel, direction, connection, connection))
    return connection
  }

  #connectionOf(
    carrier: TransportConnection,
    facts: Omit<ConnectionFacts, 'id' | 'direction' | 'carrier' | 'scope'>,
    direction: 'inbound' | 'outbound',
    scope: ConnectionScope,
  ): SwarmConnection {
    this.#lastId += 1
    const { remotePeer, remotePublicKey, remoteAddress, localAddress, security, muxer } = facts
    return new SwarmConnection(
      {
        id: this.#lastId,
        direction,
        remotePeer,
        remotePublicKey,
        remoteAddress,
        localAddress,
        security,
        muxer,
        carrier,
        scope,
      },
      this.#parts.registrar,
      this.#parts.observer,
    )
  }
}

/** Negotiation answers only with what was offered, so the look-up holds. */
function known<Value>(table: ReadonlyMap<string, Value>, protocol: string): Value {
  const value = table.get(protocol)
  if (value === undefined)
    throw new SwarmError('no-common-protocol', `${protocol} was negotiated but never offered`, { protocol })
  return value
}

function foreignNetworkOf(error: unknown): PnetError | undefined {
  let current = error
  while (current instanceof Error && !(current instanceof PnetError)) current = current.cause
  return current instanceof PnetError ? current : undefined
}

/** Says how far an upgrade came. A refusal of a budget says more itself. */
function failure(
  { remoteAddress }: TransportConnection,
  direction: 'inbound' | 'outbound',
  layer: UpgradeLayer,
  cause: unknown,
  signal: AbortSignal,
): SwarmError {
  if (cause instanceof SwarmError && cause.data.refusal !== undefined) return cause
  const reason: unknown = signal.aborted && !(cause instanceof PnetError) ? signal.reason : cause
  return new SwarmError(
    'upgrade-failed',
    `${direction} connection with ${remoteAddress} failed in ${layer}: ${messageOf(reason)}`,
    { layer, address: remoteAddress.toString() },
    { cause: reason },
  )
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason)
}
