// Generated from spec/common/limits.yaml#websocket sha256:7567b025ccd0c6fa6d5bef9a6a4052f31bd5c87ae1825c14fd1b5f125afff902
// Do not edit: change the spec and run `p2pspec generate`.

/** Longest message accepted, its fragments together; it is held until it is whole. In bytes. go none, rust 268435456, js 104857600. */
export const maxMessageBytes = 1048576

/** Longest message sent; longer writes are cut. In bytes. go none, rust none, js none. */
export const maxSentMessageBytes = 262144

/** Fragments of one message; go sends one for each 4096 bytes. In count. go none, rust none, js 16384. */
export const maxFragments = 1024

/** Pieces in which one frame may arrive. In count. go none, rust none, js 262144. */
export const maxBufferedParts = 16384

/** Answers to pings that wait to be sent; more end the connection. In count. go none, rust none, js 60. */
export const maxPendingPongs = 60

/** Longest HTTP head of an opening. In bytes. go 1048576, rust 8192, js 16384. */
export const maxHeaderBytes = 16384

/** Time from the first packet of a connection to the end of its opening, TLS included. In milliseconds. go 15000, rust none, js 10000. */
export const openingTimeout = 10000

/** Openings of one listener that are not through; the rest is closed on arrival, and so is what comes from one host or network beyond what it may hold. In connections. go none, rust none, js none. */
export const maxPendingOpenings = 256

/** Time for the remote to answer a close. In milliseconds. go 100, rust none, js 500. */
export const closeTimeout = 10000
