// Generated from spec/common/limits.yaml#ping sha256:f72b381f72db7297ed759634cc55d18b76065f9445f6d3e25423d96225a046f2
// Do not edit: change the spec and run `p2pspec generate`.

/** Length of a payload. In bytes. go 32, rust 32, js 32. */
export const payloadBytes = 32

/** Wait for one answer. In milliseconds. go 10000, rust 20000, js 10000. */
export const answerTimeout = 10000

/** Silence after which a server ends a stream; rust asks every 15 seconds on one stream. In milliseconds. go 10000, rust none, js 10000. */
export const idleTimeout = 60000

/** Streams of one connection served at once. In streams. go none, rust none, js 2. */
export const maxInboundStreams = 2

/** Streams opened to one peer at once. In streams. go none, rust 1, js 1. */
export const maxOutboundStreams = 1

/** Payloads that one call sends. In count. go none, rust none, js 1. */
export const maxCount = 1000000
