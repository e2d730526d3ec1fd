// Generated from spec/common/limits.yaml#peer-id sha256:50d329342f93c52f62fb581ed169db61868c98107a6a12ca24f144f319aba39d
// Do not edit: change the spec and run `p2pspec generate`.

/** Longer key messages are hashed. In bytes. go 42, rust 42, js 42. */
export const maxInlineKeyBytes = 42

/** The longest form, a base16 CID of an inlined key, has 97 characters; base58 takes quadratic time. In count. go none, rust none, js none. */
export const maxTextLength = 128
