// Generated from spec/common/limits.yaml sha256:9dfc7e3ad5a859a11238a4453fabed3a8aee42a272d1fe92083a675d1eec80e3
// Do not edit: change the spec and run `p2pspec generate`.

/** Every limit and time-out, by protocol or layer. */
export const limits = {
  connectionManager: {
    /** Connections that trimming leaves. What go and js keep suits a peer; here trimming begins where the budget of connections on the smallest machine comes near. In connections. go 160, rust none, js none. */
    lowWater: 10240,
    /** Connections above which trimming begins. In connections. go 192, rust none, js 300. */
    highWater: 12288,
    /** How long a new connection is left alone. In milliseconds. go 60000, rust none, js none. */
    gracePeriod: 60000,
    /** Time between two trimmings. In milliseconds. go 10000, rust none, js none. */
    trimInterval: 10000,
    /** Tags of one peer. In count. go none, rust none, js none. */
    maxTagsPerPeer: 64,
    /** Between two looks at the connections of peers that are kept; the muxer's own look alone takes 40 seconds to notice. In milliseconds. go none, rust 15000, js 10000. */
    keepAliveInterval: 15000,
    /** Silence after which such a connection is ended. In milliseconds. go none, rust 20000, js 10000. */
    keepAliveTimeout: 10000,
    /** Between two looks at any other connection; muxers look by themselves too, each in its way, and this one can be set. In milliseconds. go none, rust none, js 10000. */
    livenessInterval: 60000,
    /** Silence after which such a connection is ended. In milliseconds. go none, rust none, js 10000. */
    livenessTimeout: 10000,
    /** Looks around in one such time, so that many connections are not pinged at once. In count. go none, rust none, js none. */
    livenessSlices: 16,
    /** Pings of such looks that are under way at once. In count. go none, rust none, js none. */
    maxLivenessPings: 1024,
    /** Wait before the first dial of a kept peer that was lost; doubled after each failure. In milliseconds. go none, rust none, js 1000. */
    reconnectDelay: 1000,
    /** Longest wait between two such dials. In milliseconds. go none, rust none, js none. */
    maxReconnectDelay: 300000,
    /** Part of the wait that is drawn by chance, so that the peers of a node that went down do not all return at once. In ratio. go none, rust none, js none. */
    reconnectJitter: 0.25,
  },
  dialer: {
    /** Between the starts of two dials to private addresses of one peer: near ones answer at once. In milliseconds. go 30, rust 30, js none. */
    privateStep: 30,
    /** Between the starts of two dials to public addresses of one peer. In milliseconds. go 250, rust 250, js none. */
    publicStep: 250,
    /** Head start of direct addresses before those over a relay. In milliseconds. go 500, rust 250, js none. */
    relayDelay: 500,
    /** Dials to addresses of one peer that run at once. In count. go 8, rust 8, js 1. */
    maxDialsPerPeer: 8,
    /** Dials of this node that run at once, over all peers. In count. go 160, rust none, js 100. */
    maxDials: 160,
    /** Peers that are dialled or wait for it; further calls fail at once. In count. go none, rust none, js 500. */
    maxQueuedDials: 1024,
    /** Addresses of one peer that one call tries, names resolved. In count. go none, rust none, js 25. */
    maxAddressesPerDial: 64,
    /** Addresses with one IP address that one dial tries on the word of others: a peer has a few transports there, and whoever names more makes this node knock at somebody's ports. In count. go none, rust none, js none. */
    maxAddressesPerHost: 8,
    /** Whole time of one address: connect and upgrade. In milliseconds. go 15000, rust 10000, js 6000. */
    addressTimeout: 15000,
    /** The same for an address in a private network. In milliseconds. go 5000, rust none, js none. */
    privateAddressTimeout: 5000,
    /** Whole time of one call, all addresses of the peer included. In milliseconds. go 60000, rust none, js 10000. */
    peerTimeout: 60000,
    /** Wait after the first failure of an address. In milliseconds. go 5000, rust none, js none. */
    backOffBase: 5000,
    /** Added to that wait, times the square of the failures so far. In milliseconds. go 1000, rust none, js none. */
    backOffGrowth: 1000,
    /** Longest such wait. In milliseconds. go 300000, rust none, js none. */
    maxBackOff: 300000,
    /** Part of the wait that is added by chance, so that nodes do not all return at once. In ratio. go none, rust none, js none. */
    backOffJitter: 0.1,
    /** Addresses whose failures are remembered; the oldest is forgotten first. In count. go none, rust none, js none. */
    maxBackOffs: 4096,
    /** Last dials over one kind of path by which the path is judged; of a path that leads nowhere every such dial is let through to see. In count. go 100, rust none, js none. */
    blackHoleWindow: 100,
    /** Successes among them below which the path leads nowhere. In count. go 5, rust none, js none. */
    blackHoleMinSuccesses: 5,
    /** Whole time of resolving the names of one address. In milliseconds. go none, rust 5000, js none. */
    resolveTimeout: 5000,
    /** Records of one answer that are looked at. In count. go 100, rust 16, js none. */
    maxDnsRecords: 16,
    /** Longest TXT record that is looked at; an address with certificate hashes stays below half of it. In bytes. go none, rust none, js none. */
    maxDnsTextBytes: 1024,
    /** Names that the machine itself looks up at once: each takes one of the four threads that files need too, for as long as the name server is silent. In count. go none, rust none, js none. */
    maxSystemLookups: 2,
    /** Questions asked for one address. In count. go none, rust 32, js none. */
    maxDnsLookups: 32,
    /** Questions asked for all addresses of one peer in one dial: a few bytes in its record must not become thousands of questions to somebody's name server. In count. go none, rust none, js none. */
    maxDnsLookupsPerDial: 64,
    /** Names behind names that are followed. In count. go 4, rust none, js 32. */
    maxDnsDepth: 4,
    /** Last attempts kept for explanations, over all peers. In count. go none, rust none, js none. */
    maxRememberedAttempts: 256,
    /** Connections from one IPv4 address or IPv6 /56; this machine itself is not counted. In connections. go 8, rust none, js none. */
    maxInboundPerAddress: 8,
    /** Connections from one IPv6 /48. In connections. go 64, rust none, js none. */
    maxInboundPerNetwork: 64,
  },
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
    /** Peers met last whose agent takes the end of a stream that is still negotiated: one that comes back need not say it again first. In count. go none, rust none, js none. */
    maxRememberedAgents: 256,
    /** Listen addresses kept of one peer. In count. go 500, rust none, js none. */
    maxAddresses: 500,
    /** Longest address kept; a circuit address with certificate hashes stays far below. In bytes. go none, rust none, js none. */
    maxAddressBytes: 512,
    /** Protocols kept of one peer. In count. go 1024, rust none, js none. */
    maxProtocols: 1024,
    /** Code points kept of a version, an agent or a protocol id. In count. go none, rust none, js none. */
    maxTextCodePoints: 128,
    /** Pushes read of one peer in a minute, over all of its connections; those above it are reset. In count. go none, rust none, js none. */
    pushesPerMinute: 30,
    /** Pushes read in a minute of all peers in one IPv4 /24 or IPv6 /56; this machine itself is not counted. In count. go 12, and 10 at once, rust none, js none. */
    networkPushesPerMinute: 120,
    /** Peers and networks whose pushes are counted; those that pushed the longest time ago are forgotten, and begin anew. In count. go none, rust none, js none. */
    maxPushBudgets: 4096,
    /** How long changes are gathered before they are pushed. In milliseconds. go 0, rust 0, js 1000. */
    pushDelay: 250,
    /** Between two rounds of pushes; 24 a minute, which every reader that counts 30 takes. In milliseconds. go none, rust none, js none. */
    pushInterval: 2500,
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
  metricsServer: {
    /** Connections to the page of numbers at once; a few collectors need one each. In connections. go none, rust none, js none. */
    maxConnections: 16,
    /** Time for a request to the page of numbers to be there whole; whoever is slower is let go. In milliseconds. go none, rust none, js none. */
    requestTimeout: 5000,
    /** Longest head of a request to the page of numbers. In bytes. go none, rust none, js none. */
    maxHeaderBytes: 8192,
  },
  mplex: {
    /** The longest message that is read. In bytes. go none, rust 1048576, js 1048576. */
    maxMessageBytes: 1048576,
    /** Bytes of a message that is sent; with its header it fills one noise message of 65519 bytes. In bytes. go none, rust 8192, js 1048576. */
    maxSentMessageBytes: 65504,
    /** Bytes of one stream that are kept for a slow reader; above it the stream is reset, since nothing else holds a sender back. In bytes. go none, rust 32 messages and then the connection waits, js 4194304. */
    maxUnreadBytes: 4194304,
    /** Streams of one session that the remote holds open. In streams. go none, rust 128, js 1024. */
    maxInboundStreams: 1000,
    /** Streams of one session that this side holds open. In streams. go none, rust 128, js 1024. */
    maxOutboundStreams: 1000,
    /** Refusals of streams that the remote has not taken from the channel. In count. go none, rust none, js none. */
    maxPendingResets: 256,
    /** Wait for the remote's end of a stream that nobody reads. In milliseconds. go none, rust none, js none. */
    lingerTimeout: 60000,
    /** Time for queued bytes to leave and for the remote to end in turn. In milliseconds. go none, rust none, js none. */
    closeTimeout: 5000,
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
  observedAddresses: {
    /** Networks from which an address of this node must have been seen before it is told on; four hosts in one network count as one. In count. go 4, rust none, js none. */
    observersToConfirm: 4,
    /** Networks below which a confirmed address is one no more; fewer than above, so that it does not come and go. In count. go 4, rust none, js none. */
    observersToKeep: 2,
    /** Confirmed addresses of one listener; behind a NAT that gives each remote another port none would be of use. In count. go 3, rust none, js none. */
    maxPerListener: 3,
    /** Networks whose word is remembered, one address of each listener; the oldest word is forgotten first. In count. go none, rust none, js none. */
    maxObservations: 1024,
    /** How long a word counts after its connection has ended. In milliseconds. go 0, rust none, js none. */
    observationTtl: 1800000,
    /** Leading bits of a public IPv4 address that make a network: a hoster's customer can have hosts in many of its /24, and hosters hold /16 and more. Honest peers are spread over hundreds. In bits. go 32, rust none, js none. */
    publicNetworkBits4: 16,
    /** The same for IPv6: a registry gives any member a /32, which is 65,536 of the /48 that a customer gets and 16 million of go's /56. In bits. go 56, rust none, js none. */
    publicNetworkBits6: 32,
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
    /** Records that held lately and are not verified anew while their bytes stay the same: identify and the peer store look at the same one, and a peer that comes back brings it again. In count. go none, rust none, js none. */
    maxRemembered: 256,
    /** The longest record that is remembered so; one of a dozen addresses has a tenth of it. In bytes. go none, rust none, js none. */
    maxRememberedBytes: 4096,
  },
  peerStore: {
    /** Addresses of one peer. In count. go 64, rust 8, js none. */
    maxAddressesPerPeer: 64,
    /** Peers; who was only heard of is forgotten first, then the one that was least recently used. In count. go none, rust 1000, js none. */
    maxPeers: 20000,
    /** Addresses of all peers. In count. go 1000000, rust none, js none. */
    maxAddresses: 100000,
    /** Peers of whom one teller has told, a network of hosts or another peer; its own oldest one goes for the next. Eighty networks are needed to bring as many as are kept. In count. go none, rust none, js none. */
    maxPeersPerTeller: 256,
    /** Addresses of those together: of each as many as all peers have on average. In count. go none, rust none, js none. */
    maxAddressesPerTeller: 1280,
    /** Peers that are not forgotten because the application keeps, protects or tagged them; those above that are as any other. In count. go none, rust none, js none. */
    maxKeptPeers: 4096,
    /** Longest address. In bytes. go none, rust none, js none. */
    maxAddressBytes: 1024,
    /** Life of an address out of a signed record. In milliseconds. go 3600000, rust none, js 3600000. */
    certifiedTtl: 21600000,
    /** Life of an address that the peer told without signing it. In milliseconds. go 3600000, rust none, js 3600000. */
    identifiedTtl: 3600000,
    /** Life of an address over which the peer was reached. In milliseconds. go 900000, rust none, js 3600000. */
    connectedTtl: 900000,
    /** Life of an address that somebody else told. In milliseconds. go 120000, rust none, js 3600000. */
    hintTtl: 120000,
    /** Signed records of all peers. In count. go 100000, rust none, js none. */
    maxRecords: 20000,
    /** Longest signed record kept; as long as the longest identify message that brings one. In bytes. go none, rust none, js none. */
    maxRecordBytes: 8192,
    /** Signed records of all peers together; one of a real node has some 300 bytes. In bytes. go none, rust none, js none. */
    maxAllRecordBytes: 33554432,
    /** Longest entry of one peer in a file: its record, and as many of the longest addresses as it may have. In bytes. go none, rust none, js none. */
    maxEntryBytes: 131072,
    /** Largest file of a store; above that it counts as a full disk. In bytes. go none, rust none, js none. */
    maxFileBytes: 268435456,
    /** How long changes are gathered before they are written; what is worth more is flushed. In milliseconds. go none, rust none, js none. */
    writeDelay: 1000,
    /** Peers of one write: packing them takes a few milliseconds of the event loop. In count. go none, rust none, js none. */
    writeBatch: 256,
    /** Wait after a write that failed; doubled after each that follows. In milliseconds. go none, rust none, js none. */
    retryDelay: 5000,
    /** Longest such wait. In milliseconds. go none, rust none, js none. */
    maxRetryDelay: 300000,
    /** Change of the wall clock against the steady one above which stored times are written anew. In milliseconds. go none, rust none, js none. */
    clockJump: 60000,
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
  plaintext: {
    /** One message each way; a peer that needs longer stalls on purpose. In milliseconds. go 60 s, with the rest of the upgrade, rust 10 s, with the rest of the upgrade, js 10000. */
    handshakeTimeout: 10000,
    /** The longest key message, a peer id and their field headers; nothing honest is longer. In bytes. go 65536, rust 100, js 4194304. */
    maxMessageBytes: 1152,
  },
  pnet: {
    /** Length of a nonce of XSalsa20. In bytes. go 24, rust 24, js 24. */
    nonceBytes: 24,
    /** Length of the key of a private network. In bytes. go 32, rust 32, js 32. */
    keyBytes: 32,
    /** Longest key file that is looked at; the longest with one key in it is shorter than 100. In bytes. go none, rust none, js none. */
    maxKeyFileBytes: 1024,
    /** Most that one direction of a connection carries: as many blocks of 64 bytes as a counter of 32 bits counts. The library's counter has no more. In bytes. go none, rust none, js none. */
    maxStreamBytes: 274877906880,
    /** Wait for the remote's nonce, which leaves with the connection itself. In milliseconds. go none, rust none, js none. */
    nonceTimeout: 10000,
  },
  quic: {
    /** How long a listener that ends lets its last packets leave; connections are over before, so that nothing else is waited for. In milliseconds. go none, rust none, js none. */
    shutdownTimeout: 500,
    /** Time from the first packet of a dial to the proof of both identities. In milliseconds. go 5000, rust 5000, js 10000 (its option of 5000 has no effect). */
    handshakeTimeout: 5000,
    /** A connection of which nothing arrives for so long is lost; the shorter one of both sides counts. In milliseconds. go 30000, rust 10000, js 10000. */
    idleTimeout: 10000,
    /** After so long without a packet one is sent, so that an idle connection outlives the idle timeout of either side with one packet lost. In milliseconds. go 15000, rust 5000, js 5000. */
    keepAliveInterval: 4000,
    /** Packets of one datagram that are looked at one by one: one of each kind of keys. What follows is handed to the library as it is. In count. go none, rust none, js none. */
    maxJoinedPackets: 4,
    /** Streams that one remote may have open at once; told to it in the handshake. In count. go 256, rust 256, js 256. */
    maxConcurrentStreams: 256,
    /** Streams of this side that wait until the remote lets another one be opened; more are refused. In count. go 0, rust none, js none. */
    maxWaitingStreams: 1024,
    /** What a remote may send on one stream ahead of its reader; the QUIC library holds it, fixed, without growing by use. In bytes. go 524288 growing to 10485760, rust 10000000, js 10000000. */
    streamWindowBytes: 4194304,
    /** The same for all streams of a connection: the most that a remote can make this side hold unread. In bytes. go 786432 growing to 15728640, rust 15000000, js 15000000. */
    connectionWindowBytes: 8388608,
    /** Bytes of a stream that leave the QUIC library before the application has taken those before them. In bytes. go none, rust none, js none. */
    maxUnreadBytes: 262144,
    /** How long the end of a remote's bytes is waited for that this side reads no more, before the remote is told to stop; it may still answer a negotiation. In milliseconds. go 0, rust 0, js none. */
    lingerTimeout: 10000,
    /** Inbound handshakes of one listener at once; more wait in the QUIC library. In count. go 128, rust none, js 1. */
    maxPendingConnections: 128,
    /** Time for what is queued to leave when a connection is closed. In milliseconds. go 0, rust 0, js none. */
    closeTimeout: 5000,
    /** What the operating system may hold of a socket's packets; it takes less where it allows less. In bytes. go 7340032, rust none, js 500000. */
    socketBufferBytes: 2097152,
    /** Longest UDP payload that is sent and taken where this side chooses it, by quiche; a datagram inside is shorter by some 40 bytes. Every usual path carries it. In bytes. go 1280 growing to 1452, rust 1200 growing to 1452, js 1200 growing to 1452. */
    packetBytes: 1350,
    /** Datagrams of one connection that wait for a reader; the oldest makes room for a new one. In count. go 128, rust none, js none. */
    maxUnreadDatagrams: 256,
    /** The same in bytes, each counted with its overhead. In bytes. go none, rust none, js none. */
    maxUnreadDatagramBytes: 262144,
    /** Datagrams of one connection that wait until congestion control lets them leave; a further one is dropped. In count. go 32, rust none, js none. */
    maxUnsentDatagrams: 128,
    /** The same in bytes, each counted with its overhead. In bytes. go none, rust none, js none. */
    maxUnsentDatagramBytes: 131072,
    /** What keeping one datagram costs beside its bytes, so that empty ones count too. In bytes. go none, rust none, js none. */
    datagramOverheadBytes: 128,
  },
  resources: {
    /** Part of the machine's memory that a node takes for itself; the figures per gibibyte count gibibytes of this part. In ratio. go 0.125, rust none, js none. */
    memoryShare: 0.25,
    /** Connections of the node on the smallest machine; go's figure fits a peer of a network, and a node that serves thousands would refuse nearly all of them. Bytes are the limit that binds first. In connections. go 128, rust none, js 300. */
    systemConnections: 16384,
    /** More connections for each gibibyte; one costs about 60 KiB in all, so that a quarter of the gibibyte is left for what they carry. In connections. go 128, rust none, js none. */
    systemConnectionsPerGibibyte: 4096,
    /** Connections that remotes opened; a quarter of all is left for those that this node opens. In connections. go 64, rust none, js 300. */
    systemInboundConnections: 12288,
    /** More of them for each gibibyte. In connections. go 64, rust none, js none. */
    systemInboundConnectionsPerGibibyte: 3072,
    /** Connections that this node opened. In connections. go 128, rust none, js 300. */
    systemOutboundConnections: 12288,
    /** More of them for each gibibyte. In connections. go 128, rust none, js none. */
    systemOutboundConnectionsPerGibibyte: 3072,
    /** Streams of the node on the smallest machine; a hundred thousand idle ones fit, and what they hold is counted in bytes. In streams. go 2048, rust none, js none. */
    systemStreams: 196608,
    /** More streams for each gibibyte. In streams. go 2048, rust none, js none. */
    systemStreamsPerGibibyte: 65536,
    /** Streams that remotes opened. In streams. go 1024, rust none, js none. */
    systemInboundStreams: 131072,
    /** More of them for each gibibyte. In streams. go 1024, rust none, js none. */
    systemInboundStreamsPerGibibyte: 49152,
    /** Streams that this node opened. In streams. go 2048, rust none, js none. */
    systemOutboundStreams: 131072,
    /** More of them for each gibibyte. In streams. go 2048, rust none, js none. */
    systemOutboundStreamsPerGibibyte: 49152,
    /** What all remotes together make the node hold, on the smallest machine. In bytes. go 134217728, rust none, js none. */
    systemBytes: 134217728,
    /** The whole of the node's part of the memory. In bytes. go 1073741824, rust none, js none. */
    systemBytesPerGibibyte: 1073741824,
    /** Inbound connections whose identity is not proven; a thousand handshakes are what a burst of dials brings, and each has ten seconds. In connections. go 32, rust none, js 10. */
    transientInboundConnections: 1024,
    /** More of them for each gibibyte. In connections. go 16, rust none, js none. */
    transientInboundConnectionsPerGibibyte: 256,
    /** Outbound connections whose identity is not proven. In connections. go 64, rust none, js 100. */
    transientOutboundConnections: 1024,
    /** More of them for each gibibyte. In connections. go 32, rust none, js none. */
    transientOutboundConnectionsPerGibibyte: 256,
    /** What connections hold whose identity is not proven; twice what so many cost when they begin. In bytes. go 33554432, rust none, js none. */
    transientBytes: 67108864,
    /** More bytes for each gibibyte. In bytes. go 134217728, rust none, js none. */
    transientBytesPerGibibyte: 134217728,
    /** Connections with one peer. In connections. go 8, rust none, js none. */
    peerConnections: 8,
    /** Streams with one peer; one full session of either direction fits. In streams. go 512, rust 512 a connection, js 2000 a connection. */
    peerStreams: 2048,
    /** Streams that one peer opened. In streams. go 256, rust 256 that wait, of 512 a connection, js 1000 a connection. */
    peerInboundStreams: 1024,
    /** Streams that were opened to one peer. In streams. go 512, rust 512 a connection, js 1000 a connection. */
    peerOutboundStreams: 1024,
    /** What one peer makes the node hold, on the smallest machine. In bytes. go 67108864, rust none, js none. */
    peerBytes: 67108864,
    /** More bytes for each gibibyte. In bytes. go 134217728, rust none, js none. */
    peerBytesPerGibibyte: 134217728,
    /** Streams of one protocol with all peers; half of all, so that no protocol takes the place of the others. In streams. go 2048, rust none, js none. */
    protocolStreams: 98304,
    /** More of them for each gibibyte. In streams. go 512, rust none, js none. */
    protocolStreamsPerGibibyte: 32768,
    /** What the streams of one protocol hold, on the smallest machine. In bytes. go 67108864, rust none, js none. */
    protocolBytes: 100663296,
    /** More bytes for each gibibyte; half of all. In bytes. go 171966464, rust none, js none. */
    protocolBytesPerGibibyte: 536870912,
    /** Streams of one connection; the muxer has figures of its own for each direction. In streams. go none, rust 512, js 2000. */
    connectionStreams: 2048,
    /** What the streams of one connection hold, on the smallest machine. In bytes. go 33554432, rust none, js none. */
    connectionBytes: 67108864,
    /** More bytes for each gibibyte. In bytes. go 0, rust none, js none. */
    connectionBytesPerGibibyte: 67108864,
    /** What one stream holds, whatever the machine: its widest receive window, what it may queue for writing, and some room. In bytes. go 16777216, rust none, js 4194304 unread, unlimited unsent. */
    streamBytes: 25165824,
    /** Part of every budget that windows may grow into; the rest is for bytes that are there. In ratio. go 0.4 of a scope for the lowest priority, rust none, js none. */
    growthShare: 0.5,
    /** Steps in which bytes are counted that are written to a connection and that the system has not taken: encrypted, below the streams. Bytes that leave at once are none. In bytes. go none, rust none, js none. */
    unsentStepBytes: 16384,
    /** Counted for each connection from its beginning: keys, buffers and the session. In bytes. go none, rust none, js none. */
    connectionOverheadBytes: 32768,
    /** Counted for each stream from its beginning. Its first window is not: a hundred thousand of them are 24 GiB of promises that nearly nobody uses, so the bytes are counted as they arrive. In bytes. go its first window of 262144, rust none, js none. */
    streamOverheadBytes: 2048,
    /** Protocols without a stream whose counters are kept; above that they are dropped. In count. go none, rust none, js none. */
    maxIdleProtocols: 256,
    /** Biggest holders that a refusal names. In count. go none, rust none, js none. */
    holdersListed: 3,
    /** How old the list of holders in a refusal may be; who is refused often must not make the node count often. In milliseconds. go none, rust none, js none. */
    holdersRefreshInterval: 1000,
  },
  swarm: {
    /** File descriptors of the process that no inbound connection gets: files and dials need some, and who is turned away is told of while there are some. In count. go none, rust none, js none. */
    reservedDescriptors: 16,
    /** How long a node that stops waits until what it wrote has left and its remotes have ended in turn; then it resets what is still there. In milliseconds. go none, rust none, js none. */
    stopTimeout: 3000,
    /** How long the last bytes of a connection that is over may take to leave, and its remote to end in turn; a remote that does not read would keep the socket for ever. In milliseconds. go none, rust none, js none. */
    leaveTimeout: 10000,
  },
  tls: {
    /** Two flights and one round trip and a half; a peer that needs longer stalls on purpose. In milliseconds. go 60 s, with the rest of the upgrade, rust 10 s, with the rest of the upgrade, js 1000. */
    handshakeTimeout: 10000,
    /** An identity of RSA with 8,192 bits and its signature take 2.2 KB; nothing honest is longer than that and a few hundred bytes. In bytes. go none, rust none, js none. */
    maxCertificateBytes: 8192,
  },
  trace: {
    /** Longest file of a trace; its last line says that it ends there. A busy node writes some 10 MB a minute. In bytes. go none, rust none, js none. */
    maxFileBytes: 1073741824,
  },
  websocket: {
    /** Longest message accepted, its fragments together; it is held until it is whole. In bytes. go none, rust 268435456, js 104857600. */
    maxMessageBytes: 1048576,
    /** Longest message sent; longer writes are cut. In bytes. go none, rust none, js none. */
    maxSentMessageBytes: 262144,
    /** Fragments of one message; go sends one for each 4096 bytes. In count. go none, rust none, js 16384. */
    maxFragments: 1024,
    /** Pieces in which one frame may arrive. In count. go none, rust none, js 262144. */
    maxBufferedParts: 16384,
    /** Answers to pings that wait to be sent; more end the connection. In count. go none, rust none, js 60. */
    maxPendingPongs: 60,
    /** Longest HTTP head of an opening. In bytes. go 1048576, rust 8192, js 16384. */
    maxHeaderBytes: 16384,
    /** Time from the first packet of a connection to the end of its opening, TLS included. In milliseconds. go 15000, rust none, js 10000. */
    openingTimeout: 10000,
    /** Openings of one listener that are not through; the rest is closed on arrival, and so is what comes from one host or network beyond what it may hold. In connections. go none, rust none, js none. */
    maxPendingOpenings: 256,
    /** Time for the remote to answer a close. In milliseconds. go 100, rust none, js 500. */
    closeTimeout: 10000,
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
