import { Duplex } from 'node:stream'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import type { CaseKeys } from './case-keys.ts'
import type { Channel } from './channel.ts'
import { Inbox } from './inbox.ts'
import { readShown, testerCertificate } from './tls-certificate.ts'
import type { CertificateForm, ShownCertificate } from './tls-certificate.ts'
import type { Transcript } from './transcript.ts'

export const TLS = '/tls/1.0.0'

/** What to get wrong, or to do unusually, in a TLS handshake. */
export interface TlsAlteration {
  readonly certificate?: CertificateForm
  /** The newest version that the tester speaks. */
  readonly version?: 'TLSv1.2'
  /** Application protocols; empty: none is offered. */
  readonly applications?: readonly string[]
  readonly serverName?: string
}

export type TlsOutcome =
  | {
      readonly kind: 'done'
      readonly channel: TlsChannel
      readonly shown: ShownCertificate
      readonly application: string | null
      readonly version: string
      /** As server: what the subject offered and named. */
      readonly offered: readonly string[] | null
      readonly serverName: string | null
    }
  | { readonly kind: 'ended' | 'timeout' }

/** What arrived before the connection broke is decrypted by then. */
const END_GRACE_MS = 250

/** Where the muxer is negotiated after the handshake. */
const NO_MUXER = 'libp2p'

/** Runs the tester's side of a TLS handshake over an agreed channel, with whatever is to be wrong in it. */
export async function runTls(
  below: Channel,
  side: 'client' | 'server',
  keys: CaseKeys,
  transcript: Transcript,
  waitMs: number,
  muxers: readonly string[],
  alteration: TlsAlteration = {},
): Promise<TlsOutcome> {
  const certificate = testerCertificate(keys, alteration.certificate)
  const secureContext = createSecureContext({
    ...(certificate === null ? {} : { cert: certificate.chain, key: certificate.privateKey }),
    ...(alteration.version === undefined ? { minVersion: 'TLSv1.3' } : { maxVersion: alteration.version }),
  })
  const applications = alteration.applications ?? [...muxers, NO_MUXER]
  const stream = streamOf(below)
  let offered: readonly string[] | null = null
  const socket =
    side === 'client'
      ? connect({
          socket: stream,
          secureContext,
          rejectUnauthorized: false,
          checkServerIdentity: () => undefined,
          ...(applications.length === 0 ? {} : { ALPNProtocols: [...applications] }),
          ...(alteration.serverName === undefined ? {} : { servername: alteration.serverName }),
        })
      : new TLSSocket(stream, {
          isServer: true,
          secureContext,
          requestCert: true,
          rejectUnauthorized: false,
          ALPNCallback: ({ protocols }) => {
            offered = protocols
            return protocols.find((name) => applications.includes(name))
          },
        })
  const failed = (error: Error): void => transcript.note('security', `TLS: ${error.message}`)
  socket.on('error', failed)
  socket.on('_tlsError', failed)
  const kind = await new Promise<'done' | 'ended' | 'timeout'>((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), waitMs)
    const settle = (how: 'done' | 'ended'): void => {
      clearTimeout(timer)
      resolve(how)
    }
    socket.once(side === 'client' ? 'secureConnect' : 'secure', () => settle('done'))
    for (const event of ['error', 'end', 'close']) socket.once(event, () => settle('ended'))
  })
  if (kind !== 'done') return { kind }
  const shown = readShown(socket.getPeerX509Certificate())
  transcript.note('security', `TLS is up; the subject's certificate is vouched for by ${shown.peerId ?? 'nobody'}`)
  return {
    kind,
    channel: new TlsChannel(socket, below, transcript),
    shown,
    application: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
    version: socket.getProtocol() ?? '',
    offered,
    serverName: typeof socket.servername === 'string' ? socket.servername : null,
  }
}

/** The secure channel after the handshake. */
export class TlsChannel implements Channel {
  readonly layer = 'security'
  readonly inbox = new Inbox()
  readonly #socket: TLSSocket
  readonly #below: Channel
  readonly #transcript: Transcript
  #endSeen = false

  constructor(socket: TLSSocket, below: Channel, transcript: Transcript) {
    this.#socket = socket
    this.#below = below
    this.#transcript = transcript
    socket.on('data', (chunk: Uint8Array) => {
      const bytes = Uint8Array.from(chunk)
      transcript.received('security', bytes)
      this.inbox.push(bytes)
    })
    socket.on('end', () => this.inbox.end())
    socket.on('error', () => this.inbox.reset())
    socket.on('_tlsError', () => this.inbox.reset())
    socket.on('close', () => this.inbox.reset())
    below.inbox.watch.onChange(() => this.#seeEndBelow())
    this.#seeEndBelow()
  }

  /** A connection that breaks while TLS comes up is an end of which TLS itself may never tell. */
  #seeEndBelow(): void {
    if (this.#endSeen || this.#below.inbox.state === 'open') return
    this.#endSeen = true
    setTimeout(() => {
      if (this.inbox.state === 'open') this.inbox.reset()
    }, END_GRACE_MS)
  }

  write(bytes: Uint8Array): void {
    if (!this.#socket.writable) return
    this.#transcript.sent('security', bytes)
    this.#socket.write(bytes)
  }

  end(): void {
    if (this.#socket.writable) this.#socket.end()
  }

  reset(): void {
    this.#below.reset()
  }
}

/** The channel below as a stream of Node, for its TLS. */
function streamOf(below: Channel): Duplex {
  const stream: Duplex = new Duplex({
    allowHalfOpen: true,
    read: () => undefined,
    write: (chunk: Uint8Array, _encoding, done) => {
      below.write(Uint8Array.from(chunk))
      done()
    },
    final: (done) => {
      below.end()
      done()
    },
  })
  let ended = false
  const pump = (): void => {
    const { inbox } = below
    if (inbox.length > 0) stream.push(inbox.take(inbox.length))
    if (inbox.state === 'open' || ended) return
    ended = true
    stream.push(null)
  }
  below.inbox.watch.onChange(pump)
  pump()
  return stream
}
