import { TransportError } from '../../transport-error.ts'
import { QuicError } from '../quic-error.ts'
import type { QuicheConnection, QuicheFault } from './quiche-binding.ts'

/** Codes from here on are alerts of TLS. */
const firstCryptoCode = 0x100
const lastCryptoCode = 0x1ff

/** Why a connection is over; undefined after a graceful end. */
export function connectionFault(connection: QuicheConnection): QuicError | undefined {
  const remote = connection.peerError()
  if (remote !== null) {
    if (remote.isApp && remote.errorCode === 0) return undefined
    const remoteCode = remote.errorCode
    return new QuicError('closed-by-remote', `The remote closed the connection: ${wordsOf(remote)}.`, { remoteCode })
  }
  const local = connection.localError()
  if (local !== null && !local.isApp)
    return new QuicError('closed-by-remote', `The remote broke the rules of QUIC: ${wordsOf(local)}.`)
  if (local !== null) return new QuicError('session-closed', 'This side closed the connection.')
  return new QuicError('connection-lost', 'Nothing came of the remote for the idle timeout.')
}

/** Why a connection never stood. */
export function handshakeFault(connection: QuicheConnection): TransportError {
  const remote = connection.peerError()
  const local = connection.localError()
  const fault = remote ?? local
  if (fault === null) return new TransportError('timeout', 'nobody answered as QUIC')
  const whose = remote === null ? 'this side refused' : 'the remote refused'
  const isCrypto = !fault.isApp && fault.errorCode >= firstCryptoCode && fault.errorCode <= lastCryptoCode
  return new TransportError(
    isCrypto ? 'handshake-failed' : 'protocol-violated',
    `${whose} the handshake: ${wordsOf(fault)}`,
  )
}

//= QUIC-STREAM-6
/** Why a read or a write failed. */
export function streamFault(cause: unknown): QuicError {
  const text = cause instanceof Error ? cause.message : String(cause)
  const match = /^Stream(Reset|Stopped)\((\d+)\)$/.exec(text)
  if (match === null) return new QuicError('connection-lost', `The stream is over: ${text}.`, { cause })
  const remoteCode = Number(match[2])
  return match[1] === 'Reset'
    ? new QuicError('stream-reset', `The remote reset the stream, code ${remoteCode}.`, { cause, remoteCode })
    : new QuicError('stream-stopped', `The remote reads no more of the stream, code ${remoteCode}.`, {
        cause,
        remoteCode,
      })
}

function wordsOf({ isApp, errorCode, reason }: QuicheFault): string {
  const text = new TextDecoder().decode(reason)
  const kind = isApp ? 'application code' : errorCode >= firstCryptoCode ? 'TLS alert' : 'QUIC error'
  const number = !isApp && errorCode >= firstCryptoCode ? errorCode - firstCryptoCode : errorCode
  return `${kind} ${number}${text === '' ? '' : ` (${text})`}`
}
