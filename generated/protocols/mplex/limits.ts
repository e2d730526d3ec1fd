// Generated from spec/common/limits.yaml#mplex sha256:b35b6572702ddb573ab7eff68ee4fe445c9bf4f733b54bd9b3cd913a1e2087d6
// Do not edit: change the spec and run `p2pspec generate`.

/** The longest message that is read. In bytes. go none, rust 1048576, js 1048576. */
export const maxMessageBytes = 1048576

/** Bytes of a message that is sent; with its header it fills one noise message of 65519 bytes. In bytes. go none, rust 8192, js 1048576. */
export const maxSentMessageBytes = 65504

/** Bytes of one stream that are kept for a slow reader; above it the stream is reset, since nothing else holds a sender back. In bytes. go none, rust 32 messages and then the connection waits, js 4194304. */
export const maxUnreadBytes = 4194304

/** Streams of one session that the remote holds open. In streams. go none, rust 128, js 1024. */
export const maxInboundStreams = 1000

/** Streams of one session that this side holds open. In streams. go none, rust 128, js 1024. */
export const maxOutboundStreams = 1000

/** Refusals of streams that the remote has not taken from the channel. In count. go none, rust none, js none. */
export const maxPendingResets = 256

/** Wait for the remote's end of a stream that nobody reads. In milliseconds. go none, rust none, js none. */
export const lingerTimeout = 60000

/** Time for queued bytes to leave and for the remote to end in turn. In milliseconds. go none, rust none, js none. */
export const closeTimeout = 5000
