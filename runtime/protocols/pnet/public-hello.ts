/** What every connection begins with where it is in no private network, and under the key where it is in one: the header of multistream-select. */
export const publicHello: Uint8Array = new TextEncoder().encode('\u0013/multistream/1.0.0\n')

/** A nonce that is the beginning of a connection in clear; by chance one in 2^160 is. */
export function isPublicHello(nonce: Uint8Array): boolean {
  return publicHello.every((byte, index) => nonce[index] === byte)
}
