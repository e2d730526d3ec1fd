import { randomBytes } from 'node:crypto'
import { limits } from '@p2pspec/generated/common/limits'
import { abortReason } from '../../../../core/abort.ts'
import { libp2pApplication } from '../../../../protocols/tls/application-protocols.ts'
import { judgeChain, type ProvenPeer } from '../../../../protocols/tls/judge-chain.ts'
import { makeCertificate, type OwnCertificate } from '../../../../protocols/tls/own-certificate.ts'
import { TransportError } from '../../transport-error.ts'
import type { QuicEnd, QuicLibrary, QuicLibraryOptions, QuicLink, QuicListening } from '../quic-library.ts'
import { AddressTokens } from './address-token.ts'
import { loadQuiche } from './load-quiche.ts'
import type { QuicheBinding, QuicheConfig, QuicheConnection, QuicheHeader } from './quiche-binding.ts'
import { handshakeFault } from './quiche-fault.ts'
import { QuicheLink } from './quiche-link.ts'
import { idBytes, QuicheSocket, type SocketOwner } from './quiche-socket.ts'

const { quic } = limits
/** From so many unfinished handshakes on, a remote must show that it receives at its address before anything is kept of it. */
const handshakesWithoutProof = 16
const { packetBytes } = quic
/** As many frames as fit into one packet: they are fetched behind each. */
const maxFetchedDatagrams = packetBytes / 2
const initial = 0
/** With a first packet in it. */
const smallestDatagram = 1_200

/**
 * QUIC by quiche, over this process's own UDP sockets: a dial leaves by the port of the listener where there is one, as hole punching needs it.
 * quiche 0.18, the version inside the package, has known advisories (CVE-2024-1410: unbounded storage for retired connection ids; GHSA-78wx-jg4j-5j6g:
 * unbounded storage for CRYPTO frames), so a remote can use up this process's memory. Use it where its socket is needed, and quinn elsewhere.
 */
export async function quiche(options: QuicLibraryOptions): Promise<QuicLibrary> {
  const own = makeCertificate(options.privateKey, options.clock.wallTime())
  const { certificatePem, privateKeyPem } = own
  return new QuicheLibrary({ own, certificatePem, privateKeyPem, applications: [libp2pApplication] }, options)
}

/** What a library shows in its handshakes. */
export interface QuicheShowing {
  readonly own: OwnCertificate
  /** One certificate behind the other; empty: none. */
  readonly certificatePem: string
  readonly privateKeyPem: string
  readonly applications: readonly string[]
}

interface Listener {
  readonly onLink: (link: QuicLink) => void
  handshakes: number
}

/** Made by `quiche`; a test may have it show something else than an honest peer does. */
export class QuicheLibrary implements QuicLibrary, SocketOwner {
  readonly #binding: QuicheBinding
  readonly #own: OwnCertificate
  readonly #options: QuicLibraryOptions
  readonly #config: QuicheConfig
  readonly #tokens = new AddressTokens()
  readonly #listeners = new Map<QuicheSocket, Listener>()
  /** Sockets of dials that no listener's could serve. */
  readonly #sockets = new Set<QuicheSocket>()

  constructor(showing: QuicheShowing, options: QuicLibraryOptions) {
    this.#binding = loadQuiche()
    this.#own = showing.own
    this.#options = options
    this.#config = configOf(this.#binding, showing, options)
  }

  async dial(to: QuicEnd, signal: AbortSignal): Promise<QuicLink> {
    const socket = await this.#socketFor(to)
    if (signal.aborted) {
      this.onUnused(socket)
      throw abortReason(signal)
    }
    const id = randomBytes(idBytes)
    const connection = this.#binding.Connection.connect(null, id, socket.local, to, this.#config)
    return await new Promise<QuicLink>((resolve, reject) => {
      const onAbort = (): void => {
        reject(abortReason(signal))
        link.abandon()
      }
      const link = this.#link(socket, connection, to, true, (failure) => {
        signal.removeEventListener('abort', onAbort)
        if (failure === undefined) resolve(link)
        else reject(failure)
      })
      socket.add(link, [id])
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  async listen(at: QuicEnd, onLink: (link: QuicLink) => void): Promise<QuicListening> {
    const socket = await QuicheSocket.bind(at, this)
    socket.isListening = true
    this.#listeners.set(socket, { onLink, handshakes: 0 })
    return {
      port: socket.local.port,
      close: async () => {
        if (this.#listeners.delete(socket)) await socket.close()
      },
    }
  }

  stop(): void {
    for (const socket of this.#sockets) void socket.close()
    this.#sockets.clear()
  }

  onUnused(socket: QuicheSocket): void {
    if (socket.linkCount > 0 || !this.#sockets.delete(socket)) return
    void socket.close()
  }

  /** The first packet of a connection, or of none. */
  onStray(socket: QuicheSocket, packet: Uint8Array, from: QuicEnd): void {
    const listener = this.#listeners.get(socket)
    const header = listener === undefined ? undefined : this.#headerOf(packet)
    if (listener === undefined || header === undefined) return
    //= QUIC-SIZE-1, QUIC-VERSION-4, QUIC-AMPLIFY-1
    // A first packet is long, so that answers to forged addresses are not longer than what provoked them; the library does not look.
    if (packet.length < smallestDatagram) return
    //= QUIC-VERSION-1, QUIC-VERSION-3, QUIC-VERSION-5
    if (!this.#binding.versionIsSupported(header.version)) {
      this.#answer(socket, from, (into) => this.#binding.negotiateVersion(header.scid, header.dcid, into))
      return
    }
    if (header.ty !== initial) return
    const token = header.token ?? new Uint8Array()
    const nowMs = this.#options.clock.now()
    let originalId: Uint8Array | undefined
    if (token.length > 0) {
      originalId = this.#tokens.read(token, from.host, from.port, nowMs)
      if (originalId === undefined) return
    } else if (listener.handshakes >= handshakesWithoutProof) {
      const fresh = randomBytes(idBytes)
      const proof = this.#tokens.make(from.host, from.port, header.dcid, nowMs)
      this.#answer(socket, from, (into) =>
        this.#binding.retry(header.scid, header.dcid, fresh, proof, header.version, into),
      )
      return
    }
    //= QUIC-LIMIT-1
    if (listener.handshakes >= quic.maxPendingConnections) return
    this.#accept(socket, listener, header, originalId, packet, from)
  }

  #accept(
    socket: QuicheSocket,
    listener: Listener,
    header: QuicheHeader,
    originalId: Uint8Array | undefined,
    packet: Uint8Array,
    from: QuicEnd,
  ): void {
    // After a retry the remote uses the id that it was given there.
    const id = originalId === undefined ? randomBytes(idBytes) : header.dcid
    let connection: QuicheConnection
    try {
      connection = this.#binding.Connection.accept(id, originalId ?? null, socket.local, from, this.#config)
    } catch {
      return
    }
    listener.handshakes += 1
    const link = this.#link(socket, connection, from, false, (failure) => {
      listener.handshakes -= 1
      if (failure === undefined) listener.onLink(link)
    })
    socket.add(link, [id, header.dcid])
    link.receive(packet, from)
    this.#options.clock.startTimer(quic.handshakeTimeout, () => {
      if (!link.isProven) link.abandon()
    })
  }

  #link(
    socket: QuicheSocket,
    connection: QuicheConnection,
    remote: QuicEnd,
    isDialled: boolean,
    onHandshake: (failure: Error | undefined) => void,
  ): QuicheLink {
    return new QuicheLink({
      connection,
      carrier: socket,
      remote,
      isDialled,
      clock: this.#options.clock,
      datagrams: this.#options.datagrams,
      keepAliveMs: Math.min(quic.keepAliveInterval, Math.floor(this.#options.idleTimeoutMs * 0.4)),
      judge: (shown) => this.#judge(shown, isDialled),
      onHandshake: (link, failure) => {
        if (failure === undefined) return onHandshake(link.isProven ? undefined : handshakeFault(connection))
        onHandshake(
          new TransportError('handshake-failed', `this side refused the handshake: ${failure.message}`, {
            cause: failure,
          }),
        )
      },
    })
  }

  #judge(connection: QuicheConnection, isDialled: boolean): ProvenPeer {
    //= QUIC-ALPN-2
    if (Buffer.from(connection.applicationProto()).toString() !== libp2pApplication)
      throw new Error('the remote agreed on another application protocol than libp2p')
    //= QUIC-CERT-1
    return judgeChain({
      side: isDialled ? 'client' : 'server',
      chain: connection.peerCertChain() ?? [],
      own: this.#own,
      nowMs: this.#options.clock.wallTime(),
    })
  }

  //= QUIC-SIZE-2
  #headerOf(packet: Uint8Array): QuicheHeader | undefined {
    try {
      return this.#binding.Header.fromSlice(packet, idBytes)
    } catch {
      return undefined
    }
  }

  #answer(socket: QuicheSocket, to: QuicEnd, write: (into: Uint8Array) => number): void {
    const packet = Buffer.alloc(packetBytes)
    try {
      socket.send(packet.subarray(0, write(packet)), to)
    } catch {
      // What cannot be answered is dropped.
    }
  }

  /** A listener of the same family and reach, or a socket that all other dials of the family share. */
  async #socketFor({ host }: QuicEnd): Promise<QuicheSocket> {
    const family = host.includes(':') ? '::' : '0.0.0.0'
    const isLocal = host === '::1' || host.startsWith('127.')
    for (const socket of [...this.#listeners.keys(), ...this.#sockets]) {
      const own = socket.local.host
      const ownIsLocal = own === '::1' || own.startsWith('127.')
      if (own === family || (own.includes(':') === host.includes(':') && ownIsLocal === isLocal)) return socket
    }
    const socket = await QuicheSocket.bind({ host: family, port: 0 }, this)
    this.#sockets.add(socket)
    return socket
  }
}

function configOf(
  binding: QuicheBinding,
  showing: QuicheShowing,
  { idleTimeoutMs, datagrams }: QuicLibraryOptions,
): QuicheConfig {
  const { certificatePem, privateKeyPem, applications } = showing
  const pem = (text: string): readonly Uint8Array[] | null => (text === '' ? null : [Buffer.from(text)])
  //= QUIC-AUTH-1
  // Whatever the remote shows is taken, and judged before the connection is handed on.
  const config = binding.Config.withBoringSslCtx(true, true, null, pem(privateKeyPem), pem(certificatePem), null)
  //= QUIC-ALPN-1
  config.setApplicationProtos(applications)
  config.setMaxIdleTimeout(idleTimeoutMs)
  config.setMaxRecvUdpPayloadSize(packetBytes)
  config.setMaxSendUdpPayloadSize(packetBytes)
  //= QUIC-LIMIT-2
  config.setInitialMaxData(quic.connectionWindowBytes)
  config.setInitialMaxStreamDataBidiLocal(quic.streamWindowBytes)
  config.setInitialMaxStreamDataBidiRemote(quic.streamWindowBytes)
  config.setMaxConnectionWindow(quic.connectionWindowBytes)
  config.setMaxStreamWindow(quic.streamWindowBytes)
  config.setInitialMaxStreamsBidi(quic.maxConcurrentStreams)
  //= QUIC-STREAM-1
  config.setInitialMaxStreamsUni(0)
  config.setDisableActiveMigration(true)
  //= QUIC-DATAGRAM-3, QUIC-DATAGRAM-8
  if (datagrams) config.enableDgram(true, maxFetchedDatagrams, quic.maxUnsentDatagrams)
  return config
}
