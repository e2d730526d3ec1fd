import { TransportError, type TransportErrorCode } from '../transport-error.ts'

const codes: Readonly<Record<string, TransportErrorCode>> = {
  ECONNREFUSED: 'refused',
  // No socket in the file system: nobody listens.
  ENOENT: 'refused',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  ECONNABORTED: 'connection-lost',
  ETIMEDOUT: 'timeout',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EADDRINUSE: 'address-in-use',
  EADDRNOTAVAIL: 'address-in-use',
  EACCES: 'address-in-use',
  EMFILE: 'out-of-descriptors',
  ENFILE: 'out-of-descriptors',
}

/** An operating system's error as a typed one; `what` says what failed, and to whom. */
export function fromSystemError(error: Error, what: string): TransportError {
  const name = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return new TransportError(codes[name] ?? 'system', `${what}: ${name === '' ? error.message : name}.`, {
    cause: error,
  })
}
