// Generated from spec/common/limits.yaml#perf sha256:8b6a713b9aa7b1e34839efd6338256fe1ec70b465664c568bd70e2c0cd8f5f39
// Do not edit: change the spec and run `p2pspec generate`.

/** Wait for the eight bytes of the request. In milliseconds. go none, rust none, js none. */
export const requestTimeout = 10000

/** Time in which at least one byte must move. In milliseconds. go none, rust none, js none. */
export const idleTimeout = 60000

/** Bytes handed to the stream at once; one reused block of zeros. In bytes. go 65536, rust 1024, js 65536. */
export const writeBytes = 65536

/** Streams of one connection served at once; benchmarks open many. In streams. go none, rust none, js 1. */
export const maxInboundStreams = 128
