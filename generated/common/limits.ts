// Generated from spec/common/limits.yaml sha256:d006591893c9fb420cd15ef71ccf4fcef74b85bba7bded2e5fe7722062d053ce
// Do not edit: change the spec and run `p2pspec generate`.

/** Every limit and time-out, by protocol or layer. */
export const limits = {
  envelope: {
    /** Nothing that travels in an envelope today comes near it. In bytes. go none, rust none, js none. */
    maxEnvelopeBytes: 65536,
    /** A payload type is a multicodec and perhaps a path. In bytes. go none, rust none, js none. */
    maxPayloadTypeBytes: 256,
  },
  identify: {
    /** Longest message accepted. In bytes. go 8192, rust 4096, js 8192. */
    maxMessageBytes: 8192,
    /** Longest message sent; rust reads no longer one. In bytes. go 4096, rust 4096, js 8192. */
    maxSentMessageBytes: 4096,
    /** Messages merged from one stream. In messages. go 10, rust 1, js 10. */
    maxParts: 10,
    /** Entries of one repeated field that are decoded; a message of the longest length holds no more. In count. go none, rust none, js none. */
    maxRepeated: 4096,
    /** Time for one exchange. In milliseconds. go 5000, rust 60000, js 5000. */
    exchangeTimeout: 5000,
    /** Listen addresses kept of one peer. In count. go 500, rust none, js none. */
    maxAddresses: 500,
    /** Longest address kept; a circuit address with certificate hashes stays far below. In bytes. go none, rust none, js none. */
    maxAddressBytes: 512,
    /** Protocols kept of one peer. In count. go 1024, rust none, js none. */
    maxProtocols: 1024,
    /** Code points kept of a version, an agent or a protocol id. In count. go none, rust none, js none. */
    maxTextCodePoints: 128,
    /** Pushes read of one connection in a minute; those above it are reset. In count. go none, rust none, js none. */
    pushesPerMinute: 30,
    /** Streams of one connection served at once, of each of the two protocols. In streams. go 64, rust 10, js 32. */
    maxInboundStreams: 2,
    /** Connections to which a change is pushed at once. In connections. go 32, rust none, js 32. */
    pushConcurrency: 32,
  },
  keys: {
    /** Shorter keys can be factored. In bits. go 2048, rust 2048, js none. */
    rsaMinimumBits: 2048,
    /** Verifying with a longer key is a way to burn our time (CVE-2023-39533). In bits. go 8192, rust 8192, js 8192. */
    rsaMaximumBits: 8192,
    /** An RSA key of 8,192 bits, its exponent of up to four bytes, and the message around it. In bytes. go none, rust none, js none. */
    maxPublicKeyBytes: 1070,
    /** PKCS #1 of 8,192 bits has about 4,700 bytes. In bytes. go none, rust none, js none. */
    maxPrivateKeyBytes: 5120,
  },
  multistreamSelect: {
    /** Longest message accepted, newline included; no protocol id in use comes near it. In bytes. go 1024, rust 16383, js 1024. */
    maxMessageBytes: 1024,
    /** Longest message sent; only a list is ever long, and this is what rust reads. In bytes. go none, rust 16383, js none. */
    maxSentMessageBytes: 16383,
    /** Protocols in one list. In count. go none, rust 1000, js none. */
    maxListedProtocols: 1000,
    /** Refusals and lists that one initiator gets before its channel is ended. In count. go none, rust none, js none. */
    maxRefusals: 32,
    /** Time for one whole negotiation. In milliseconds. go 10000 for streams, 60000 for the upgrade, rust 10000, js 10000. */
    negotiateTimeout: 10000,
  },
  noise: {
    /** Three messages and one round trip and a half; a peer that needs longer stalls on purpose. In milliseconds. go 60 s, with the rest of the upgrade, rust 10 s, with the rest of the upgrade, js 1000. */
    handshakeTimeout: 10000,
    /** The largest honest payload, an RSA key of 8,192 bits with its signature, muxers and certificate hashes, stays under 8 KiB. In bytes. go 65535, rust 65535, js 65535. */
    maxHandshakeMessageBytes: 16384,
    /** The longest Noise message without its 16-byte tag. In bytes. go 65519, rust 65519, js 65519. */
    maxPlaintextBytes: 65519,
    /** Nobody speaks more than a few stream muxers. In count. go none, rust none, js none. */
    maxMuxers: 32,
    /** A protocol id is a short path. In bytes. go none, rust none, js none. */
    maxMuxerNameBytes: 256,
    /** A listener has a certificate in use and one or two to come. In count. go none, rust none, js none. */
    maxCertificateHashes: 32,
    /** A multihash of the longest usual hash has 66 bytes. In bytes. go none, rust none, js none. */
    maxCertificateHashBytes: 128,
  },
  peerId: {
    /** Longer key messages are hashed. In bytes. go 42, rust 42, js 42. */
    maxInlineKeyBytes: 42,
    /** The longest form, a base16 CID of an inlined key, has 97 characters; base58 takes quadratic time. In count. go none, rust none, js none. */
    maxTextLength: 128,
  },
  peerRecord: {
    /** As many as an address book keeps of one peer. In count. go 64, rust none, js none. */
    maxAddresses: 64,
    /** The longest addresses carry two certificate hashes and a relay hop. In bytes. go none, rust none, js none. */
    maxAddressBytes: 1024,
  },
  perf: {
    /** Wait for the eight bytes of the request. In milliseconds. go none, rust none, js none. */
    requestTimeout: 10000,
    /** Time in which at least one byte must move. In milliseconds. go none, rust none, js none. */
    idleTimeout: 60000,
    /** Bytes handed to the stream at once; one reused block of zeros. In bytes. go 65536, rust 1024, js 65536. */
    writeBytes: 65536,
    /** Streams of one connection served at once; benchmarks open many. In streams. go none, rust none, js 1. */
    maxInboundStreams: 128,
  },
  ping: {
    /** Length of a payload. In bytes. go 32, rust 32, js 32. */
    payloadBytes: 32,
    /** Wait for one answer. In milliseconds. go 10000, rust 20000, js 10000. */
    answerTimeout: 10000,
    /** Silence after which a server ends a stream; rust asks every 15 seconds on one stream. In milliseconds. go 10000, rust none, js 10000. */
    idleTimeout: 60000,
    /** Streams of one connection served at once. In streams. go none, rust none, js 2. */
    maxInboundStreams: 2,
    /** Streams opened to one peer at once. In streams. go none, rust 1, js 1. */
    maxOutboundStreams: 1,
    /** Payloads that one call sends. In count. go none, rust none, js 1. */
    maxCount: 1000000,
  },
  wire: {
    /** Longest protobuf message that a decoder takes where its protocol names no other length; what go and js read of a kad message. In bytes. go 4194304, rust 16384, js 4194304. */
    maxMessageBytes: 4194304,
    /** Elements of one repeated field of a protobuf message. In count. go none, rust none, js none. */
    maxRepeated: 1024,
    /** Protobuf messages inside messages; no libp2p message nests deeper than four. In count. go 10000, rust 100, js none. */
    maxDepth: 8,
  },
  yamux: {
    /** Window of every stream when it begins; both sides assume it. In bytes. go 262144, rust 262144, js 262144. */
    initialWindowBytes: 262144,
    /** Window that a fast reader may grow to; what one stream can make us hold. In bytes. go 16777216, rust auto-tuned under 1 GiB a connection, js 16777216. */
    maxWindowBytes: 16777216,
    /** What the windows of all streams of one session may hold together above their first 256 KiB. In bytes. go none, rust 1073741824, js none. */
    maxSessionGrowthBytes: 67108864,
    /** A window above this is no 32-bit number. In bytes. go none, rust 4294967295, js none. */
    maxCreditBytes: 4294967295,
    /** Body of a frame that is sent; with its header it fills one noise message of 65519 bytes, and rust refuses frames over 1 MiB. In bytes. go 65536, rust 16384, js as large as the window. */
    maxSentFrameBytes: 65507,
    /** Streams that are opened and not acknowledged. In count. go 256, rust 256, js none. */
    ackBacklog: 256,
    /** Streams of one session that the remote holds open. In count. go by the resource manager, rust 512, js 1000. */
    maxInboundStreams: 1000,
    /** Streams of one session that this side holds open. In count. go by the resource manager, rust 512, js 1000. */
    maxOutboundStreams: 1000,
    /** Answers to pings that wait to be sent; further pings get none. In count. go drops when its queue is full, rust none, js none. */
    maxPendingPongs: 256,
    /** Refusals of streams that wait to be sent; after them the session ends. In count. go none, rust none, js none. */
    maxPendingResets: 256,
    /** Between two pings of a session. In milliseconds. go 30000, rust none, js 30000. */
    keepaliveInterval: 30000,
    /** Silence after a ping that ends the session. In milliseconds. go 10000, rust none, js none. */
    pongTimeout: 10000,
    /** How long the remote may take to end a stream that nobody reads. In milliseconds. go none, rust none, js none. */
    lingerTimeout: 60000,
    /** How long a close waits for queued bytes to leave. In milliseconds. go none, rust none, js none. */
    closeTimeout: 10000,
  },
} as const
