import type { MuxedConnection, Transport, TransportListener } from '@p2pspec/generated/interfaces/transport'
import { limits } from '@p2pspec/generated/common/limits'
import type { Multiaddr } from '@multiformats/multiaddr'
import { abortReason, throwIfAborted } from '../../../core/abort.ts'
import { systemClock, type Clock } from '../../../core/clock.ts'
import type { PrivateKey } from '../../../crypto/keys.ts'
import { TransportError } from '../transport-error.ts'
import { DatagramError } from './datagram-error.ts'
import { listenedAddresses, requireQuicAddress, toQuicAddress, type QuicAddress } from './quic-address.ts'
import { QuicConnection } from './quic-connection.ts'
import type { QuicLibrary, QuicLibraryOptions, QuicLink } from './quic-library.ts'

export interface QuicOptions {
  readonly privateKey: PrivateKey
  readonly clock?: Clock | undefined
  /** Time for one handshake. */
  readonly handshakeTimeoutMs?: number | undefined
  /** A connection of which nothing arrives for so long is lost. */
  readonly idleTimeoutMs?: number | undefined
  /** Messages that may be lost, as `connection.datagrams`. Needs quiche as the library. */
  readonly datagrams?: boolean | undefined
  /** Makes the library that speaks QUIC; `quinn` where left out. Called with the first QUIC address that is used. */
  readonly library?: ((options: QuicLibraryOptions) => Promise<QuicLibrary>) | undefined
}

/** QUIC version 1 with the certificates of libp2p. The native library is loaded with the first QUIC address: who uses none does not pay for it, nor needs it installed. */
export function quic(options: QuicOptions): QuicTransport {
  return new QuicTransport(options)
}

export class QuicTransport implements Transport<MuxedConnection> {
  readonly name = 'quic'
  readonly ownSecurity = true
  readonly #clock: Clock
  readonly #handshakeTimeoutMs: number
  readonly #load: () => Promise<QuicLibrary>
  #loading: Promise<QuicLibrary> | undefined
  #openCount = 0

  constructor(options: QuicOptions) {
    const { privateKey, clock = systemClock, handshakeTimeoutMs, idleTimeoutMs, library = quinn } = options
    const { datagrams = false } = options
    //= QUIC-DATAGRAM-8
    if (datagrams && library === quinn) {
      const message = 'quinn, as it is packed, has no datagrams: give quic() the library quiche as well.'
      throw new DatagramError('not-supported-by-library', message)
    }
    this.#clock = clock
    this.#handshakeTimeoutMs = handshakeTimeoutMs ?? limits.quic.handshakeTimeout
    this.#load = async () =>
      await library({ privateKey, clock, idleTimeoutMs: idleTimeoutMs ?? limits.quic.idleTimeout, datagrams })
  }

  /** Dials, connections and listeners that are not over. */
  get openCount(): number {
    return this.#openCount
  }

  canDial(address: Multiaddr): boolean {
    return toQuicAddress(address)?.isName === false
  }

  canListen(address: Multiaddr): boolean {
    return toQuicAddress(address)?.isName === false
  }

  async dial(address: Multiaddr, options: { readonly signal?: AbortSignal } = {}): Promise<MuxedConnection> {
    const to = requireHost(address)
    throwIfAborted(options.signal)
    const library = await this.#library()
    throwIfAborted(options.signal)
    const link = await this.#handshake(library, to, address, options.signal)
    return this.#connection(link, 'outbound')
  }

  async listen(
    address: Multiaddr,
    onConnection: (connection: MuxedConnection) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<TransportListener> {
    const at = requireHost(address)
    throwIfAborted(options.signal)
    const library = await this.#library()
    throwIfAborted(options.signal)
    const listening = await library.listen(at, (link) => onConnection(this.#connection(link, 'inbound')))
    this.#openCount += 1
    let isOpen = true
    return {
      addresses: listenedAddresses({ host: at.host, port: listening.port }),
      close: async () => {
        if (isOpen) this.#openCount -= 1
        isOpen = false
        await listening.close()
      },
    }
  }

  stop(): void {
    void this.#loading?.then(
      (library) => library.stop(),
      () => undefined,
    )
  }

  #connection(link: QuicLink, direction: 'inbound' | 'outbound'): QuicConnection {
    this.#openCount += 1
    return new QuicConnection(link, direction, this.#clock, () => {
      this.#openCount -= 1
    })
  }

  #library(): Promise<QuicLibrary> {
    return (this.#loading ??= this.#load())
  }

  async #handshake(
    library: QuicLibrary,
    to: QuicAddress,
    address: Multiaddr,
    signal: AbortSignal | undefined,
  ): Promise<QuicLink> {
    const timeoutMs = this.#handshakeTimeoutMs
    const ended = new AbortController()
    const onAbort = (): void => {
      if (signal !== undefined) ended.abort(abortReason(signal))
    }
    const timer = this.#clock.startTimer(timeoutMs, () => {
      const message = `Nobody answered at ${address.toString()} as QUIC within ${timeoutMs} ms.`
      ended.abort(new TransportError('timeout', message))
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#openCount += 1
    try {
      return await library.dial(to, ended.signal)
    } catch (error) {
      if (ended.signal.aborted || !(error instanceof TransportError)) throw error
      throw new TransportError(error.code, `Dialling ${address.toString()} failed: ${error.message}`, { cause: error })
    } finally {
      this.#openCount -= 1
      timer.cancel()
      signal?.removeEventListener('abort', onAbort)
    }
  }
}

async function quinn(options: QuicLibraryOptions): Promise<QuicLibrary> {
  const { quinnLibrary } = await import('./quinn/quinn-library.ts')
  return quinnLibrary(options)
}

function requireHost(address: Multiaddr): QuicAddress {
  const found = requireQuicAddress(address)
  if (found.isName) {
    throw new TransportError(
      'unsupported-address',
      `${address.toString()} has a name: resolve it before it is dialled.`,
    )
  }
  return found
}
