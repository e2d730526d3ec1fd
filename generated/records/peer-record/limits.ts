// Generated from spec/common/limits.yaml#peer-record sha256:fcea7711201e3eefc5ab11561055e599ce645884971e188144d0935e901bed9e
// Do not edit: change the spec and run `p2pspec generate`.

/** As many as an address book keeps of one peer. In count. go 64, rust none, js none. */
export const maxAddresses = 64

/** The longest addresses carry two certificate hashes and a relay hop. In bytes. go none, rust none, js none. */
export const maxAddressBytes = 1024

/** Records that held lately and are not verified anew while their bytes stay the same: identify and the peer store look at the same one, and a peer that comes back brings it again. In count. go none, rust none, js none. */
export const maxRemembered = 256

/** The longest record that is remembered so; one of a dozen addresses has a tenth of it. In bytes. go none, rust none, js none. */
export const maxRememberedBytes = 4096
