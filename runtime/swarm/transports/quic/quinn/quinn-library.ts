import { limits } from '@p2pspec/generated/common/limits'
import { abortReason } from '../../../../core/abort.ts'
import type { Clock } from '../../../../core/clock.ts'
import { TransportError } from '../../transport-error.ts'
import type { QuicEnd, QuicLibrary, QuicLibraryOptions, QuicLink, QuicListening } from '../quic-library.ts'
import { loadQuinn } from './load-quinn.ts'
import type { QuinnBinding, QuinnClient, QuinnConfig, QuinnConnection, QuinnServer } from './quinn-binding.ts'
import { bindFault, dialFault } from './quinn-fault.ts'
import { QuinnLink } from './quinn-link.ts'

const { quic } = limits

/** QUIC by quinn, in threads of its own. It judges certificates itself, by libp2p's rules, and shows the peer id alone. */
export function quinnLibrary({ privateKey, clock, idleTimeoutMs }: QuicLibraryOptions): QuicLibrary {
  const binding = loadQuinn()
  let config: QuinnConfig
  try {
    config = new binding.QuinnConfig({
      privateKeyProto: privateKey.encode(),
      handshakeTimeout: quic.handshakeTimeout,
      shutdownTimeout: quic.shutdownTimeout,
      maxIdleTimeout: idleTimeoutMs,
      //= QUIC-IDLE-1
      // Two of them fit into the shorter idle timeout.
      keepAliveInterval: Math.min(quic.keepAliveInterval, Math.floor(idleTimeoutMs * 0.4)),
      //= QUIC-LIMIT-2
      maxConcurrentStreamLimit: quic.maxConcurrentStreams,
      maxStreamData: quic.streamWindowBytes,
      maxConnectionData: quic.connectionWindowBytes,
      receiveBufferSize: quic.socketBufferBytes,
      sendBufferSize: quic.socketBufferBytes,
    })
  } catch (cause) {
    throw new TransportError(
      'unsupported-address',
      `quinn takes no ${privateKey.type} identity: use an Ed25519, secp256k1 or RSA key, or another transport than QUIC.`,
      { cause },
    )
  }
  return new QuinnLibrary(binding, config, clock)
}

class QuinnLibrary implements QuicLibrary {
  readonly #binding: QuinnBinding
  readonly #config: QuinnConfig
  readonly #clock: Clock
  /** The socket that all dials of one family share. The library unbinds it when it is collected as garbage, and not before. */
  readonly #clients = new Map<0 | 1, QuinnClient>()

  constructor(binding: QuinnBinding, config: QuinnConfig, clock: Clock) {
    this.#binding = binding
    this.#config = config
    this.#clock = clock
  }

  dial({ host, port }: QuicEnd, signal: AbortSignal): Promise<QuicLink> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortReason(signal))
      const onAbort = (): void => reject(abortReason(signal))
      signal.addEventListener('abort', onAbort, { once: true })
      this.#client(host.includes(':') ? 1 : 0)
        .outboundConnection(host, port)
        .then(
          (connection) => {
            signal.removeEventListener('abort', onAbort)
            // The library cannot give up one dial: what comes of it too late is ended here.
            if (signal.aborted) connection.abort()
            else resolve(new QuinnLink(connection, { isDialled: true, local: undefined }, this.#clock))
          },
          (cause: unknown) => {
            signal.removeEventListener('abort', onAbort)
            reject(dialFault(cause))
          },
        )
    })
  }

  async listen({ host, port }: QuicEnd, onLink: (link: QuicLink) => void): Promise<QuicListening> {
    let server: QuinnServer
    try {
      server = new this.#binding.Server(this.#config, host, port)
    } catch (cause) {
      throw bindFault(cause, `${host} port ${port}`)
    }
    const bound = { host, port: server.port() }
    // Nobody knows behind which address of the machine a packet came in.
    const local = host === '0.0.0.0' || host === '::' ? undefined : bound
    const listener = new QuinnListener(server, (connection) =>
      onLink(new QuinnLink(connection, { isDialled: false, local }, this.#clock)),
    )
    return { port: bound.port, close: async () => await listener.close() }
  }

  stop(): void {
    for (const client of this.#clients.values()) client.abort()
    this.#clients.clear()
  }

  #client(family: 0 | 1): QuinnClient {
    let client = this.#clients.get(family)
    if (client === undefined) {
      try {
        client = new this.#binding.Client(this.#config, family)
      } catch (cause) {
        throw new TransportError('unreachable', `this machine has no IPv${family === 0 ? 4 : 6} addresses`, { cause })
      }
      this.#clients.set(family, client)
    }
    return client
  }
}

/** Takes connections from a server. */
class QuinnListener {
  readonly #server: QuinnServer
  readonly #onConnection: (connection: QuinnConnection) => void
  #closed: Promise<void> | undefined

  constructor(server: QuinnServer, onConnection: (connection: QuinnConnection) => void) {
    this.#server = server
    this.#onConnection = onConnection
    //= QUIC-LIMIT-1
    // Each call is one handshake: a remote that never ends its own holds up no other.
    for (let count = 0; count < quic.maxPendingConnections; count += 1) this.#accept()
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#server.abort())
  }

  #accept(): void {
    this.#server.inboundConnection().then(
      (connection) => {
        if (this.#closed !== undefined) return connection.abort()
        this.#accept()
        try {
          this.#onConnection(connection)
        } catch {
          // A fault of this side costs this connection; the listener goes on.
          connection.abort()
        }
      },
      () => {
        // A failed handshake is its remote's alone.
        if (this.#closed === undefined) this.#accept()
      },
    )
  }
}
