import { TransportError } from '../../transport-error.ts'
import { QuicError } from '../quic-error.ts'

// The library tells what happened in words alone; these are those of quinn 0.11.

/** Why a connection that stood is over; undefined after a graceful end. */
export function connectionFault(cause: unknown): QuicError | undefined {
  const text = textOf(cause)
  const closed = /^closed by peer: (?:.*\(code )?(\d+)\)?$/s.exec(text)
  if (closed !== null) {
    const remoteCode = Number(closed[1])
    // go, rust and js end a connection that they are done with by 0.
    if (remoteCode === 0) return undefined
    return new QuicError('closed-by-remote', `The remote closed the connection: ${text}.`, { cause, remoteCode })
  }
  if (text === 'closed') return new QuicError('session-closed', 'This side closed the connection.', { cause })
  if (text === 'timed out' || text === 'reset by peer') {
    const message =
      text === 'timed out'
        ? 'Nothing came of the remote for the idle timeout.'
        : 'The remote has forgotten the connection.'
    return new QuicError('connection-lost', message, { cause })
  }
  return new QuicError('closed-by-remote', `The connection was ended: ${text}.`, { cause })
}

//= QUIC-STREAM-6
/** Why a read or a write failed. */
export function streamFault(cause: unknown): QuicError {
  const text = textOf(cause)
  const match = /^(stream reset|sending stopped) by peer: error (\d+)$/.exec(text)
  if (match === null) return new QuicError('connection-lost', `The stream's connection is over: ${text}.`, { cause })
  const remoteCode = Number(match[2])
  return match[1] === 'stream reset'
    ? new QuicError('stream-reset', `The remote reset the stream, code ${remoteCode}.`, { cause, remoteCode })
    : new QuicError('stream-stopped', `The remote reads no more of the stream, code ${remoteCode}.`, {
        cause,
        remoteCode,
      })
}

/** Why a handshake failed. */
export function dialFault(cause: unknown): TransportError {
  const text = textOf(cause)
  if (text === 'timed out') return new TransportError('timeout', 'nobody answered as QUIC', { cause })
  if (/cryptographic handshake failed/.test(text)) {
    const whose = text.startsWith('aborted by peer') ? 'the remote refused' : 'this side refused'
    return new TransportError('handshake-failed', `${whose} the handshake: ${text}`, { cause })
  }
  if (/os error/.test(text)) return new TransportError('unreachable', text, { cause })
  return new TransportError('protocol-violated', text, { cause })
}

/** Why a socket could not be bound. */
export function bindFault(cause: unknown, where: string): TransportError {
  const text = textOf(cause)
  const code =
    /Address already in use|Cannot assign requested|Permission denied|os error (98|99|13|48|49|10048|10049|10013)/.test(
      text,
    )
      ? 'address-in-use'
      : 'system'
  return new TransportError(code, `Listening on ${where} failed: ${text}.`, { cause })
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
