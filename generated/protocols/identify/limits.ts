// Generated from spec/common/limits.yaml#identify sha256:a56371a17644d33b3810d758c77a5b6f40ba8e0c71fbd46a9e16604473ba86e6
// Do not edit: change the spec and run `p2pspec generate`.

/** Longest message accepted. In bytes. go 8192, rust 4096, js 8192. */
export const maxMessageBytes = 8192

/** Longest message sent; rust reads no longer one. In bytes. go 4096, rust 4096, js 8192. */
export const maxSentMessageBytes = 4096

/** Messages merged from one stream. In messages. go 10, rust 1, js 10. */
export const maxParts = 10

/** Entries of one repeated field that are decoded; a message of the longest length holds no more. In count. go none, rust none, js none. */
export const maxRepeated = 4096

/** Time for one exchange. In milliseconds. go 5000, rust 60000, js 5000. */
export const exchangeTimeout = 5000

/** Peers met last whose agent takes the end of a stream that is still negotiated: one that comes back need not say it again first. In count. go none, rust none, js none. */
export const maxRememberedAgents = 256

/** Listen addresses kept of one peer. In count. go 500, rust none, js none. */
export const maxAddresses = 500

/** Longest address kept; a circuit address with certificate hashes stays far below. In bytes. go none, rust none, js none. */
export const maxAddressBytes = 512

/** Protocols kept of one peer. In count. go 1024, rust none, js none. */
export const maxProtocols = 1024

/** Code points kept of a version, an agent or a protocol id. In count. go none, rust none, js none. */
export const maxTextCodePoints = 128

/** Pushes read of one peer in a minute, over all of its connections; those above it are reset. In count. go none, rust none, js none. */
export const pushesPerMinute = 30

/** Pushes read in a minute of all peers in one IPv4 /24 or IPv6 /56; this machine itself is not counted. In count. go 12, and 10 at once, rust none, js none. */
export const networkPushesPerMinute = 120

/** Peers and networks whose pushes are counted; those that pushed the longest time ago are forgotten, and begin anew. In count. go none, rust none, js none. */
export const maxPushBudgets = 4096

/** How long changes are gathered before they are pushed. In milliseconds. go 0, rust 0, js 1000. */
export const pushDelay = 250

/** Between two rounds of pushes; 24 a minute, which every reader that counts 30 takes. In milliseconds. go none, rust none, js none. */
export const pushInterval = 2500

/** Streams of one connection served at once, of each of the two protocols. In streams. go 64, rust 10, js 32. */
export const maxInboundStreams = 2

/** Connections to which a change is pushed at once. In connections. go 32, rust none, js 32. */
export const pushConcurrency = 32
