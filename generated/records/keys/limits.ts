// Generated from spec/common/limits.yaml#keys sha256:5568cb8c3ef041b994da65bb2c16e41e7266784b96e4f7ff2d8a6fefa12b8b83
// Do not edit: change the spec and run `p2pspec generate`.

/** Shorter keys can be factored. In bits. go 2048, rust 2048, js none. */
export const rsaMinimumBits = 2048

/** Verifying with a longer key is a way to burn our time (CVE-2023-39533). In bits. go 8192, rust 8192, js 8192. */
export const rsaMaximumBits = 8192

/** An RSA key of 8,192 bits, its exponent of up to four bytes, and the message around it. In bytes. go none, rust none, js none. */
export const maxPublicKeyBytes = 1070

/** PKCS #1 of 8,192 bits has about 4,700 bytes. In bytes. go none, rust none, js none. */
export const maxPrivateKeyBytes = 5120
