import { limits } from '@p2pspec/generated/common/limits'

/** Bytes of the count before every message. */
export const headerBytes = 2
/** Bytes of the Poly1305 tag behind every ciphertext. */
export const tagBytes = 16
/** Longest plaintext of one frame. */
export const maxPlaintextBytes = limits.noise.maxPlaintextBytes

export const cipherName = 'chacha20-poly1305'
/** One object for every call: the options are read, never kept. */
export const cipherOptions = { authTagLength: tagBytes }
