// Generated from spec/common/limits.yaml#tls sha256:8aecf10c20bb7687a3cfca9cedda430116a2d0e287f1ebabcd55d9068d1d6eb7
// Do not edit: change the spec and run `p2pspec generate`.

/** Two flights and one round trip and a half; a peer that needs longer stalls on purpose. In milliseconds. go 60 s, with the rest of the upgrade, rust 10 s, with the rest of the upgrade, js 1000. */
export const handshakeTimeout = 10000

/** An identity of RSA with 8,192 bits and its signature take 2.2 KB; nothing honest is longer than that and a few hundred bytes. In bytes. go none, rust none, js none. */
export const maxCertificateBytes = 8192
