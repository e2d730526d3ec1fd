// Generated from spec/common/limits.yaml#pnet sha256:423585b7a7ff8d9a73ad4f0a168e7166e615d27fb885fa8eea619504ceb37295
// Do not edit: change the spec and run `p2pspec generate`.

/** Length of a nonce of XSalsa20. In bytes. go 24, rust 24, js 24. */
export const nonceBytes = 24

/** Length of the key of a private network. In bytes. go 32, rust 32, js 32. */
export const keyBytes = 32

/** Longest key file that is looked at; the longest with one key in it is shorter than 100. In bytes. go none, rust none, js none. */
export const maxKeyFileBytes = 1024

/** Most that one direction of a connection carries: as many blocks of 64 bytes as a counter of 32 bits counts. The library's counter has no more. In bytes. go none, rust none, js none. */
export const maxStreamBytes = 274877906880

/** Wait for the remote's nonce, which leaves with the connection itself. In milliseconds. go none, rust none, js none. */
export const nonceTimeout = 10000
