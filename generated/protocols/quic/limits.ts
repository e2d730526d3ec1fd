// Generated from spec/common/limits.yaml#quic sha256:067ebae4a955fb40db15f4289c385b5d2182e0a6cfbd49974b12079bced15b76
// Do not edit: change the spec and run `p2pspec generate`.

/** How long a listener that ends lets its last packets leave; connections are over before, so that nothing else is waited for. In milliseconds. go none, rust none, js none. */
export const shutdownTimeout = 500

/** Time from the first packet of a dial to the proof of both identities. In milliseconds. go 5000, rust 5000, js 10000 (its option of 5000 has no effect). */
export const handshakeTimeout = 5000

/** A connection of which nothing arrives for so long is lost; the shorter one of both sides counts. In milliseconds. go 30000, rust 10000, js 10000. */
export const idleTimeout = 10000

/** After so long without a packet one is sent, so that an idle connection outlives the idle timeout of either side with one packet lost. In milliseconds. go 15000, rust 5000, js 5000. */
export const keepAliveInterval = 4000

/** Packets of one datagram that are looked at one by one: one of each kind of keys. What follows is handed to the library as it is. In count. go none, rust none, js none. */
export const maxJoinedPackets = 4

/** Streams that one remote may have open at once; told to it in the handshake. In count. go 256, rust 256, js 256. */
export const maxConcurrentStreams = 256

/** Streams of this side that wait until the remote lets another one be opened; more are refused. In count. go 0, rust none, js none. */
export const maxWaitingStreams = 1024

/** What a remote may send on one stream ahead of its reader; the QUIC library holds it, fixed, without growing by use. In bytes. go 524288 growing to 10485760, rust 10000000, js 10000000. */
export const streamWindowBytes = 4194304

/** The same for all streams of a connection: the most that a remote can make this side hold unread. In bytes. go 786432 growing to 15728640, rust 15000000, js 15000000. */
export const connectionWindowBytes = 8388608

/** Bytes of a stream that leave the QUIC library before the application has taken those before them. In bytes. go none, rust none, js none. */
export const maxUnreadBytes = 262144

/** How long the end of a remote's bytes is waited for that this side reads no more, before the remote is told to stop; it may still answer a negotiation. In milliseconds. go 0, rust 0, js none. */
export const lingerTimeout = 10000

/** Inbound handshakes of one listener at once; more wait in the QUIC library. In count. go 128, rust none, js 1. */
export const maxPendingConnections = 128

/** Time for what is queued to leave when a connection is closed. In milliseconds. go 0, rust 0, js none. */
export const closeTimeout = 5000

/** What the operating system may hold of a socket's packets; it takes less where it allows less. In bytes. go 7340032, rust none, js 500000. */
export const socketBufferBytes = 2097152

/** Longest UDP payload that is sent and taken where this side chooses it, by quiche; a datagram inside is shorter by some 40 bytes. Every usual path carries it. In bytes. go 1280 growing to 1452, rust 1200 growing to 1452, js 1200 growing to 1452. */
export const packetBytes = 1350

/** Datagrams of one connection that wait for a reader; the oldest makes room for a new one. In count. go 128, rust none, js none. */
export const maxUnreadDatagrams = 256

/** The same in bytes, each counted with its overhead. In bytes. go none, rust none, js none. */
export const maxUnreadDatagramBytes = 262144

/** Datagrams of one connection that wait until congestion control lets them leave; a further one is dropped. In count. go 32, rust none, js none. */
export const maxUnsentDatagrams = 128

/** The same in bytes, each counted with its overhead. In bytes. go none, rust none, js none. */
export const maxUnsentDatagramBytes = 131072

/** What keeping one datagram costs beside its bytes, so that empty ones count too. In bytes. go none, rust none, js none. */
export const datagramOverheadBytes = 128
