// Generated from spec/common/limits.yaml sha256:521eced390d15412a1025d08dfa69d94f9707602171974164352b216ae3ce7c6
// Do not edit: change the spec and run `p2pspec generate`.

/** Nothing that travels in an envelope today comes near it. In bytes. go none, rust none, js none. */
export const maxEnvelopeBytes = 65536

/** A payload type is a multicodec and perhaps a path. In bytes. go none, rust none, js none. */
export const maxPayloadTypeBytes = 256
