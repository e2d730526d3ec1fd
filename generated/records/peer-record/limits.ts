// Generated from spec/common/limits.yaml sha256:521eced390d15412a1025d08dfa69d94f9707602171974164352b216ae3ce7c6
// Do not edit: change the spec and run `p2pspec generate`.

/** As many as an address book keeps of one peer. In count. go 64, rust none, js none. */
export const maxAddresses = 64

/** The longest addresses carry two certificate hashes and a relay hop. In bytes. go none, rust none, js none. */
export const maxAddressBytes = 1024
