import type { KeyObject } from 'node:crypto'

/** What differs between key types: the form of the keys and of the signatures. */
export interface KeyScheme {
  generate(options: { readonly rsaBits?: number }): KeyObject
  /** Throws `bad-public-key` (or `rsa-key-size`) unless `data` is the one legal encoding of a valid key. */
  importPublic(data: Uint8Array): KeyObject
  importPrivate(data: Uint8Array): KeyObject
  exportPrivate(privateKey: KeyObject): Uint8Array
  publicOf(privateKey: KeyObject): { readonly data: Uint8Array; readonly publicKey: KeyObject }
  sign(privateKey: KeyObject, message: Uint8Array): Uint8Array
  verify(publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean
}
