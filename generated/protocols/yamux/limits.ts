// Generated from spec/common/limits.yaml#yamux sha256:a9b1544c566d49122c99c738a6bff5bd0ffea65d7dffdf5c64017d128bbe3ec8
// Do not edit: change the spec and run `p2pspec generate`.

/** Window of every stream when it begins; both sides assume it. In bytes. go 262144, rust 262144, js 262144. */
export const initialWindowBytes = 262144

/** Window that a fast reader may grow to; what one stream can make us hold. In bytes. go 16777216, rust auto-tuned under 1 GiB a connection, js 16777216. */
export const maxWindowBytes = 16777216

/** What the windows of all streams of one session may hold together above their first 256 KiB. In bytes. go none, rust 1073741824, js none. */
export const maxSessionGrowthBytes = 67108864

/** A window above this is no 32-bit number. In bytes. go none, rust 4294967295, js none. */
export const maxCreditBytes = 4294967295

/** Body of a frame that is sent; with its header it fills one noise message of 65519 bytes, and rust refuses frames over 1 MiB. In bytes. go 65536, rust 16384, js as large as the window. */
export const maxSentFrameBytes = 65507

/** Streams that are opened and not acknowledged. In count. go 256, rust 256, js none. */
export const ackBacklog = 256

/** Streams of one session that the remote holds open. In count. go by the resource manager, rust 512, js 1000. */
export const maxInboundStreams = 1000

/** Streams of one session that this side holds open. In count. go by the resource manager, rust 512, js 1000. */
export const maxOutboundStreams = 1000

/** Answers to pings that wait to be sent; further pings get none. In count. go drops when its queue is full, rust none, js none. */
export const maxPendingPongs = 256

/** Refusals of streams that wait to be sent; after them the session ends. In count. go none, rust none, js none. */
export const maxPendingResets = 256

/** Between two pings of a session. In milliseconds. go 30000, rust none, js 30000. */
export const keepaliveInterval = 30000

/** Silence after a ping that ends the session. In milliseconds. go 10000, rust none, js none. */
export const pongTimeout = 10000

/** How long the remote may take to end a stream that nobody reads. In milliseconds. go none, rust none, js none. */
export const lingerTimeout = 60000

/** How long a close waits for queued bytes to leave. In milliseconds. go none, rust none, js none. */
export const closeTimeout = 10000
