import { Buffer } from 'node:buffer'

/** JWK numbers are base64url text: the quickest way of a raw key in and out of a KeyObject on every supported Node. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

export function fromBase64url(text: string | undefined): Uint8Array {
  const buffer = Buffer.from(text ?? '', 'base64url')
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice()
}
