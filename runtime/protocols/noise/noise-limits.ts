export const handshakeTimeoutMs = 10_000
export const maxHandshakeMessageBytes = 16_384
export const maxMuxers = 32
export const maxMuxerNameBytes = 256
export const maxCertificateHashes = 32
export const maxCertificateHashBytes = 128
