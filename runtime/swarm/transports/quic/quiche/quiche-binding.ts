/** What the native package of quiche offers, as far as it is used: seen in version 2.0.9. */
export interface QuicheBinding {
  readonly Config: { withBoringSslCtx(...tls: QuicheTls): QuicheConfig }
  readonly Connection: {
    connect(
      name: null,
      ownId: Uint8Array,
      local: QuicheHost,
      remote: QuicheHost,
      config: QuicheConfig,
    ): QuicheConnection
    accept(
      ownId: Uint8Array,
      originalId: Uint8Array | null,
      local: QuicheHost,
      remote: QuicheHost,
      config: QuicheConfig,
    ): QuicheConnection
  }
  readonly Header: { fromSlice(packet: Uint8Array, idLength: number): QuicheHeader }
  negotiateVersion(remoteId: Uint8Array, ownId: Uint8Array, into: Uint8Array): number
  retry(
    remoteId: Uint8Array,
    ownId: Uint8Array,
    newId: Uint8Array,
    token: Uint8Array,
    version: number,
    into: Uint8Array,
  ): number
  versionIsSupported(version: number): boolean
}

/** Ask the remote for a certificate, take whatever it shows, authorities, keys and certificates as PEM, signature algorithms. */
export type QuicheTls = [
  verify: boolean,
  takeAll: boolean,
  authorities: null,
  keys: readonly Uint8Array[] | null,
  certificates: readonly Uint8Array[] | null,
  algorithms: null,
]

export interface QuicheHost {
  readonly host: string
  readonly port: number
}

export interface QuicheHeader {
  /** 0: Initial. */
  readonly ty: number
  readonly version: number
  readonly dcid: Uint8Array
  readonly scid: Uint8Array
  readonly token?: Uint8Array | null
}

export interface QuicheConfig {
  setApplicationProtos(names: readonly string[]): void
  setMaxIdleTimeout(ms: number): void
  logKeys(): void
  setMaxRecvUdpPayloadSize(bytes: number): void
  setMaxSendUdpPayloadSize(bytes: number): void
  setInitialMaxData(bytes: number): void
  setInitialMaxStreamDataBidiLocal(bytes: number): void
  setInitialMaxStreamDataBidiRemote(bytes: number): void
  setInitialMaxStreamsBidi(count: number): void
  setInitialMaxStreamsUni(count: number): void
  setMaxStreamWindow(bytes: number): void
  setMaxConnectionWindow(bytes: number): void
  setDisableActiveMigration(disabled: boolean): void
  /** Announces that frames of up to 65,536 bytes are taken. Of what the application has not fetched, the oldest are dropped. */
  enableDgram(enabled: boolean, maxReceived: number, maxUnsent: number): void
}

/** Its methods throw an error whose message is the name of what is wrong. `null`: nothing to do now. */
export interface QuicheConnection {
  /** Writes the secrets of the handshake into this file; for a config that `logKeys` was called of. */
  setKeylog(file: string): void
  /** Of the remote. */
  destinationId(): Uint8Array
  recv(packet: Uint8Array, path: { readonly from: QuicheHost; readonly to: QuicheHost }): number
  send(into: Uint8Array): [byteCount: number, path: { readonly to: QuicheHost }] | null
  /** Milliseconds. */
  timeout(): number | null
  onTimeout(): void
  streamRecv(id: number, into: Uint8Array): [byteCount: number, isLast: boolean] | null
  streamSend(id: number, chunk: Uint8Array, isLast: boolean): number | null
  /** 0: reading, 1: writing. */
  streamShutdown(id: number, way: 0 | 1, code: number): void
  readable(): Iterable<number>
  writable(): Iterable<number>
  peerStreamsLeftBidi(): number
  peerStreamsLeftUni(): number
  /** Null where the remote takes no datagrams. */
  dgramMaxWritableLen(): number | null
  dgramRecv(into: Uint8Array): number | null
  /** Null: as many wait as may. */
  dgramSend(datagram: Uint8Array): void | null
  dgramSendQueueLen(): number
  dgramSendQueueByteSize(): number
  peerCertChain(): readonly Uint8Array[] | null
  applicationProto(): Uint8Array
  isEstablished(): boolean
  isClosed(): boolean
  isTimedOut(): boolean
  localError(): QuicheFault | null
  peerError(): QuicheFault | null
  sendAckEliciting(): void
  close(byApplication: boolean, code: number, reason: Uint8Array): void
  stats(): { readonly sent: number }
  /** `rtt` in milliseconds. */
  pathStats(): readonly { readonly active: boolean; readonly rtt: number }[]
}

export interface QuicheFault {
  readonly isApp: boolean
  readonly errorCode: number
  readonly reason: Uint8Array
}
