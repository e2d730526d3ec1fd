// Generated from spec/common/limits.yaml sha256:521eced390d15412a1025d08dfa69d94f9707602171974164352b216ae3ce7c6
// Do not edit: change the spec and run `p2pspec generate`.

/** Longer key messages are hashed. In bytes. go 42, rust 42, js 42. */
export const maxInlineKeyBytes = 42

/** The longest form, a base16 CID of an inlined key, has 97 characters; base58 takes quadratic time. In count. go none, rust none, js none. */
export const maxTextLength = 128
