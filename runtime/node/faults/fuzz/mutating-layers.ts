import type { ConnectionEncrypter, SecureChannel } from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import type { MuxedStream, MuxerSession, StreamMuxer } from '@p2pspec/generated/interfaces/stream-muxer'
import type { MuxedConnection, RawConnection, Transport } from '@p2pspec/generated/interfaces/transport'
import { MutatingDuplex, type Mutators } from './mutating-duplex.ts'

// A layer of a node whose bytes are damaged: all layers above it say what is right, and all below carry it.

/** Damages what transports carry: the handshake, and everything where nothing is encrypted. */
export function mutatingTransport(inner: Transport, make: () => Mutators): Transport {
  return {
    ...withoutStop(inner),
    dial: async (address, options) => {
      const made = await inner.dial(address, options)
      return 'channel' in made ? withChannel(made, make()) : made
    },
  }
}

/** Damages what the muxer says, under the encryption. */
export function mutatingEncrypter(inner: ConnectionEncrypter, make: () => Mutators): ConnectionEncrypter {
  const damaged = (secure: SecureChannel): SecureChannel => ({
    ...secure,
    channel: new MutatingDuplex(secure.channel, make()),
  })
  return {
    protocol: inner.protocol,
    secureOutbound: async (channel: ByteDuplex, options) => damaged(await inner.secureOutbound(channel, options)),
    secureInbound: async (channel: ByteDuplex, options) => await inner.secureInbound(channel, options),
  }
}

/** Damages what is said on streams. */
export function mutatingMuxer(inner: StreamMuxer, make: () => Mutators): StreamMuxer {
  return {
    protocol: inner.protocol,
    start: (channel, direction, connection, events) =>
      withStreams(inner.start(channel, direction, connection, events), make),
  }
}

/** Damages what is said on streams of a transport that muxes by itself. */
export function mutatingMuxedTransport(inner: Transport, make: () => Mutators): Transport {
  return {
    ...withoutStop(inner),
    dial: async (address, options) => {
      const made = await inner.dial(address, options)
      return 'channel' in made ? made : withStart(made, make)
    },
  }
}

/** A transport that outlives the node that uses it. */
export function withoutStop(inner: Transport): Transport {
  return {
    name: inner.name,
    ownSecurity: inner.ownSecurity,
    canDial: (address) => inner.canDial(address),
    canListen: () => false,
    dial: async (address, options) => await inner.dial(address, options),
    listen: async (address, onConnection) => await inner.listen(address, onConnection),
  }
}

function withChannel(made: RawConnection, mutators: Mutators): RawConnection {
  return {
    channel: new MutatingDuplex(made.channel, mutators),
    localAddress: made.localAddress,
    remoteAddress: made.remoteAddress,
    closed: made.closed,
  }
}

function withStart(made: MuxedConnection, make: () => Mutators): MuxedConnection {
  const inner = made.start.bind(made)
  const start: MuxedConnection['start'] = (connection, events) => withStreams(inner(connection, events), make)
  // Its getters look at private fields, so it stays the object that it is.
  return Object.defineProperty(made, 'start', { value: start })
}

function withStreams(session: MuxerSession, make: () => Mutators): MuxerSession {
  const open = session.openStream.bind(session)
  const openStream = (): MuxedStream => {
    const stream = open()
    const { written } = make()
    if (written === undefined) return stream
    const write = stream.writeNow.bind(stream)
    const writeNow = (chunk: Uint8Array): boolean => {
      let goOn = true
      for (const part of written.apply(chunk)) if (part.length > 0) goOn = write(part)
      return goOn
    }
    return Object.assign(stream, { writeNow })
  }
  return Object.assign(session, { openStream })
}
