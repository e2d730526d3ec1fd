// Generated from spec/common/limits.yaml#pnet sha256:a7c59a4c65ba528813e8582c86084edf5c232e9f63888e5e0301318ece606e39
// Do not edit: change the spec and run `p2pspec generate`.

/** Length of a nonce of XSalsa20. In bytes. go 24, rust 24, js 24. */
export const nonceBytes = 24

/** Length of the key of a private network. In bytes. go 32, rust 32, js 32. */
export const keyBytes = 32

/** Longest key file that is looked at; the longest with one key in it is shorter than 100. In bytes. go none, rust none, js none. */
export const maxKeyFileBytes = 1024

/** Wait for the remote's nonce, which leaves with the connection itself. In milliseconds. go none, rust none, js none. */
export const nonceTimeout = 10000
