// Generated from spec/common/limits.yaml sha256:521eced390d15412a1025d08dfa69d94f9707602171974164352b216ae3ce7c6
// Do not edit: change the spec and run `p2pspec generate`.

/** Wait for the eight bytes of the request. In milliseconds. go none, rust none, js none. */
export const requestTimeout = 10000

/** Time in which at least one byte must move. In milliseconds. go none, rust none, js none. */
export const idleTimeout = 60000

/** Bytes handed to the stream at once; one reused block of zeros. In bytes. go 65536, rust 1024, js 65536. */
export const writeBytes = 65536

/** Streams of one connection served at once; benchmarks open many. In streams. go none, rust none, js 1. */
export const maxInboundStreams = 128
