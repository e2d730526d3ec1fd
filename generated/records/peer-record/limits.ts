// Generated from spec/common/limits.yaml#peer-record sha256:a0d6fc217ed4a72f37ca8db409e2b110c2cadd8f0f1c1c083ac91ce6cba88cd6
// Do not edit: change the spec and run `p2pspec generate`.

/** As many as an address book keeps of one peer. In count. go 64, rust none, js none. */
export const maxAddresses = 64

/** The longest addresses carry two certificate hashes and a relay hop. In bytes. go none, rust none, js none. */
export const maxAddressBytes = 1024
