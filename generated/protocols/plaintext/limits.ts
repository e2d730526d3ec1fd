// Generated from spec/common/limits.yaml#plaintext sha256:efc9a082ba03ab41d614159e17e6053443f35f7e72ca85fad0c2d8cde27c6938
// Do not edit: change the spec and run `p2pspec generate`.

/** One message each way; a peer that needs longer stalls on purpose. In milliseconds. go 60 s, with the rest of the upgrade, rust 10 s, with the rest of the upgrade, js 10000. */
export const handshakeTimeout = 10000

/** The longest key message, a peer id and their field headers; nothing honest is longer. In bytes. go 65536, rust 100, js 4194304. */
export const maxMessageBytes = 1152
