import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import type { Connection, OpenStreamOptions, PeerId } from '@p2pspec/generated/interfaces/connection'
import type { ConnectionEncrypter } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ConnectionGater } from '@p2pspec/generated/interfaces/connection-gater'
import type { DialExplanation, DialTarget, Target } from '@p2pspec/generated/interfaces/libp2p'
import type { HandlerOptions, StreamHandler } from '@p2pspec/generated/interfaces/registrar'
import type { AbortOptions, Stream } from '@p2pspec/generated/interfaces/stream'
import type { StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type { PeerStore } from '@p2pspec/generated/interfaces/peer-store'
import type { Transport } from '@p2pspec/generated/interfaces/transport'
import { systemClock, type Clock } from '../core/clock.ts'
import { Events } from '../core/events.ts'
import { generatePrivateKey, type PrivateKey } from '../crypto/keys.ts'
import { peerIdFromPublicKey } from '../crypto/peer-id.ts'
import { noise } from '../protocols/noise/noise.ts'
import { tls } from '../protocols/tls/tls.ts'
import { yamux } from '../protocols/yamux/yamux.ts'
import type { ConnectionManager, ConnectionManagerOptions } from '../swarm/connection-manager/connection-manager.ts'
import type { SwarmConnection } from '../swarm/connection.ts'
import { serverResolver } from '../swarm/dialer/name-resolver.ts'
import type { AnnounceOptions } from '../swarm/own-addresses/own-addresses.ts'
import { viewResources, type ResourcesView } from '../swarm/resources/view.ts'
import { Swarm, type SwarmEvents, type SwarmLimits } from '../swarm/swarm.ts'
import { quic } from '../swarm/transports/quic/quic.ts'
import { tcp } from '../swarm/transports/tcp/tcp.ts'
import { webSocket } from '../swarm/transports/websocket/websocket.ts'
import type { NodeMetrics } from './metrics/node-metrics.ts'
import { peerStoreOf, remember, type NodePeerStore, type PeerStoreEvents, type PeerStoreOptions } from './peer-store.ts'
import { ownPlaces, type OwnPlaces } from './own-places.ts'
import { privateNetwork } from './private-network.ts'
import { withPreset, type PresetName } from './presets.ts'
import { Services, type ServiceEvents, type ServiceOptions } from './services.ts'
import { ConnectionObservation, type ConnectionParts } from './trace/connection-observation.ts'
import type { Trace } from './trace/trace-event.ts'
import { traceServices } from './trace/trace-services.ts'

export interface NodeOptions extends ServiceOptions, PeerStoreOptions, AnnounceOptions, AbortOptions {
  /** Fills in what the other options leave out, for a part in a network. */
  readonly preset?: PresetName
  /** The node's identity; a new Ed25519 key where none is given. */
  readonly privateKey?: PrivateKey
  /** Multiaddrs to listen on, such as `/ip4/127.0.0.1/tcp/0`. None: the node only dials. */
  readonly listen?: readonly (string | Multiaddr)[]
  /** TCP, QUIC and WebSocket where left out; the first that knows an address serves it. */
  readonly transports?: readonly Transport[]
  /** The private network that this node is in, and nowhere else: 32 bytes, which `decodeNetworkKeyFile` reads from a key file. */
  readonly pnet?: { readonly key: Uint8Array }
  /** Asked for what stands behind names, such as `192.0.2.53`; the machine's own name servers, and its hosts file, where left out. */
  readonly nameServers?: readonly string[]
  readonly encrypters?: readonly ConnectionEncrypter[]
  readonly muxers?: readonly StreamMuxer[]
  readonly limits?: Partial<SwarmLimits>
  /** Which connections may come about, asked at every step; all of them where left out. */
  readonly connectionGater?: ConnectionGater
  /** When connections are trimmed, and which. */
  readonly connectionManager?: ConnectionManagerOptions
  readonly clock?: Clock
  /** Told of everything that happens in every layer, in the turn in which it happens. Costs nothing where it is left out. */
  readonly trace?: Trace
  /** Counts what the node does; made with `new NodeMetrics()`, one for each node. */
  readonly metrics?: NodeMetrics
}

export interface NodeEvents extends SwarmEvents, ServiceEvents, PeerStoreEvents {
  /** The addresses that this node tells of itself are others than before. */
  'addresses-changed': { readonly addresses: readonly string[] }
}

const defaultLimits: SwarmLimits = {
  dialTimeoutMs: limits.dialer.addressTimeout,
  inboundUpgradeTimeoutMs: 10_000,
}

interface NodeParts {
  readonly swarm: Swarm
  readonly services: Services
  readonly peerStore: NodePeerStore
  readonly own: OwnPlaces
  readonly events: Events<NodeEvents>
}

const longestTimerMs = 2 ** 31 - 1

/** A libp2p node: dials, listens, opens and serves streams. Made by `createNode`, ended by `stop`. */
export class P2pNode {
  readonly peerId: PeerId
  readonly privateKey: PrivateKey
  readonly events: Events<NodeEvents>
  readonly #swarm: Swarm
  readonly #services: Services
  readonly #peerStore: NodePeerStore
  readonly #own: OwnPlaces

  constructor(privateKey: PrivateKey, { swarm, services, peerStore, own, events }: NodeParts) {
    this.events = events
    this.privateKey = privateKey
    this.#own = own
    this.peerId = peerIdFromPublicKey(privateKey.publicKey)
    this.#swarm = swarm
    this.#services = services
    this.#peerStore = peerStore
  }

  /**
   * The addresses that this node tells others, each ending in its peer id: where it listens (a wildcard as the addresses of its interfaces), where peers in
   * several networks see it, and what `appendAnnounce` adds; or what `announce` names instead. `noAnnounce` takes out of all of them.
   */
  get addresses(): readonly string[] {
    return this.#own.addresses.all.map((address) => `${address}/p2p/${this.peerId}`)
  }

  get connections(): readonly SwarmConnection[] {
    return this.#swarm.connections
  }

  /** What this node holds for whom, and how much it may: plain data, a copy of the moment. `formatResources` makes a text of it. */
  resources(): ResourcesView {
    return viewResources(this.#swarm.resources)
  }

  /** Tags and protects peers, and keeps connections with those that are wanted. */
  get connectionManager(): ConnectionManager {
    return this.#swarm.connectionManager
  }

  /** What this node knows of other peers' addresses, and its own record. */
  get peerStore(): PeerStore {
    return this.#peerStore.store
  }

  get protocols(): readonly string[] {
    return this.#swarm.registrar.protocols
  }

  /** Identify, ping and perf of this node. */
  get services(): Services {
    return this.#services
  }

  /** Connects, or hands out the connection to that peer that stands already. */
  async dial(target: DialTarget, options: AbortOptions = {}): Promise<SwarmConnection> {
    return await this.#swarm.dial(target, options)
  }

  /** What a dial would do and why, and what became of earlier ones; the network is left alone. `formatExplanation` makes a text of it. */
  explain(target: DialTarget): DialExplanation {
    return this.#swarm.explain(target)
  }

  /** Dials where needed, and opens a stream on the first of the protocols that the remote serves. */
  async openStream(
    target: Target,
    protocols: string | readonly string[],
    options: OpenStreamOptions = {},
  ): Promise<Stream> {
    const connection = isConnection(target) ? target : await this.dial(target, options)
    return await connection.openStream(protocols, options)
  }

  /** Serves the protocols; the handler gets each inbound stream. */
  handle(protocols: string | readonly string[], handler: StreamHandler, options: HandlerOptions = {}): void {
    this.#swarm.registrar.handle(protocols, handler, options)
  }

  unhandle(protocols: string | readonly string[]): void {
    this.#swarm.registrar.unhandle(protocols)
  }

  async listen(addresses: readonly (string | Multiaddr)[], options: AbortOptions = {}): Promise<void> {
    try {
      await this.#swarm.listen(addresses, options)
    } finally {
      this.#own.refresh()
    }
  }

  /** Closes listeners and connections; the node cannot be started again. */
  async stop(): Promise<void> {
    this.#services.stop()
    this.#own.stop()
    // What a stop waits for is bounded by timers, and those let a process end: whoever awaits it would not come to the end.
    const alive = setInterval(() => undefined, longestTimerMs)
    try {
      await this.#swarm.stop()
      await this.#peerStore.close()
    } finally {
      clearInterval(alive)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/**
 * Makes a node and starts it. With no options: TCP, QUIC and WebSocket, noise and TLS, yamux, identify and ping, a fresh identity, no listener.
 *
 * @example
 * const node = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
 * node.handle('/echo/1.0.0', async (stream) => {
 *   for await (const chunk of stream) await stream.write(chunk)
 *   await stream.closeWrite()
 * })
 */
export async function createNode(given: NodeOptions = {}): Promise<P2pNode> {
  const options: NodeOptions = withPreset(given)
  const events = new Events<NodeEvents>()
  const peerStore = await peerStoreOf(options, options.clock ?? systemClock, events)
  try {
    const node = await assemble(options, events, peerStore)
    await startListening(node, options)
    return node
  } catch (error) {
    await peerStore.close()
    throw error
  }
}

async function startListening(node: P2pNode, { listen = [], signal }: NodeOptions): Promise<void> {
  try {
    await node.listen(listen, signal === undefined ? {} : { signal })
  } catch (error) {
    await node.stop()
    throw error
  }
}

async function assemble(options: NodeOptions, events: Events<NodeEvents>, peerStore: NodePeerStore): Promise<P2pNode> {
  const { privateKey = generatePrivateKey('ed25519'), clock = systemClock } = options
  const { store } = peerStore
  const observation = observationOf(clock, options)
  const parts: ConnectionParts = {
    ...(await privateNetwork(options, [tcp({ clock }), quic({ privateKey, clock }), webSocket({ clock })], clock)),
    // Noise first: every implementation speaks it, and it hides the list of muxers and the identities. TLS serves those that have it alone.
    encrypters: options.encrypters ?? [noise({ privateKey, clock }), tls({ privateKey, clock })],
    muxers: options.muxers ?? [yamux({ clock })],
  }
  const swarm = new Swarm({
    self: peerIdFromPublicKey(privateKey.publicKey),
    ...(observation?.around(parts) ?? parts),
    clock,
    limits: { ...defaultLimits, ...options.limits },
    connectionManager: options.connectionManager,
    gater: options.connectionGater,
    resolver: options.nameServers === undefined ? undefined : serverResolver(options.nameServers),
    addressBook: store,
    events,
  })
  events.on('peer-identified', ({ connection, info }) => remember(store, connection, info))
  if (observation !== undefined) traceServices(events, observation)
  const own = ownPlaces(swarm, clock, options, () => {
    events.emit('addresses-changed', { addresses: node.addresses })
    services.addressesChanged()
  })
  const services = new Services(
    { swarm, privateKey, clock, events, peerStore: store, ownAddresses: own.addresses, observed: own.observed },
    options,
  )
  const node = new P2pNode(privateKey, { swarm, services, peerStore, own, events })
  if (options.metrics !== undefined) options.metrics.resources = () => node.resources()
  return node
}

/** Nothing is put around anything where nobody observes. */
function observationOf(clock: Clock, { trace, metrics }: NodeOptions): ConnectionObservation | undefined {
  if (metrics === undefined) return trace === undefined ? undefined : new ConnectionObservation({ clock, trace })
  return new ConnectionObservation({
    clock,
    trace: (event) => {
      metrics.count(event)
      trace?.(event)
    },
    onBytes: (receivedBytes, sentBytes) => metrics.countBytes(receivedBytes, sentBytes),
  })
}

function isConnection(target: Target): target is Connection {
  return typeof target === 'object' && 'remotePeer' in target && 'openStream' in target
}
