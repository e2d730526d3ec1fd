// Generated from spec/common/limits.yaml#noise sha256:ec35b5298a794650ea06e8eacd63f7d8ba832f834b6c88c585fd2533ae5c5ac8
// Do not edit: change the spec and run `p2pspec generate`.

/** Three messages and one round trip and a half; a peer that needs longer stalls on purpose. In milliseconds. go 60 s, with the rest of the upgrade, rust 10 s, with the rest of the upgrade, js 1000. */
export const handshakeTimeout = 10000

/** The largest honest payload, an RSA key of 8,192 bits with its signature, muxers and certificate hashes, stays under 8 KiB. In bytes. go 65535, rust 65535, js 65535. */
export const maxHandshakeMessageBytes = 16384

/** The longest Noise message without its 16-byte tag. In bytes. go 65519, rust 65519, js 65519. */
export const maxPlaintextBytes = 65519

/** Nobody speaks more than a few stream muxers. In count. go none, rust none, js none. */
export const maxMuxers = 32

/** A protocol id is a short path. In bytes. go none, rust none, js none. */
export const maxMuxerNameBytes = 256

/** A listener has a certificate in use and one or two to come. In count. go none, rust none, js none. */
export const maxCertificateHashes = 32

/** A multihash of the longest usual hash has 66 bytes. In bytes. go none, rust none, js none. */
export const maxCertificateHashBytes = 128
