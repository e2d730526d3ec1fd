// Generated from spec/common/limits.yaml#multistream-select sha256:06ca7983cf25cb2627a7fc43ddfb30a54dadef3ca1e66aadb484f895848a2574
// Do not edit: change the spec and run `p2pspec generate`.

/** Longest message accepted, newline included; no protocol id in use comes near it. In bytes. go 1024, rust 16383, js 1024. */
export const maxMessageBytes = 1024

/** Longest message sent; only a list is ever long, and this is what rust reads. In bytes. go none, rust 16383, js none. */
export const maxSentMessageBytes = 16383

/** Protocols in one list. In count. go none, rust 1000, js none. */
export const maxListedProtocols = 1000

/** Refusals and lists that one initiator gets before its channel is ended. In count. go none, rust none, js none. */
export const maxRefusals = 32

/** Time for one whole negotiation. In milliseconds. go 10000 for streams, 60000 for the upgrade, rust 10000, js 10000. */
export const negotiateTimeout = 10000
