// Generated from spec/common/limits.yaml#envelope sha256:33cfa39150c2ef7956e383e75d541ffb6ed3fab0837b41d0156f013a1f4ba326
// Do not edit: change the spec and run `p2pspec generate`.

/** Nothing that travels in an envelope today comes near it. In bytes. go none, rust none, js none. */
export const maxEnvelopeBytes = 65536

/** A payload type is a multicodec and perhaps a path. In bytes. go none, rust none, js none. */
export const maxPayloadTypeBytes = 256
