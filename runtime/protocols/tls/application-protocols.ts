/** The application protocol of a libp2p connection whose muxer is negotiated afterwards. */
export const libp2pApplication = 'libp2p'

/** What a node offers for these muxers. */
export function offersOf(muxers: readonly string[]): readonly string[] {
  //= TLS-ALPN-1, TLS-MUX-1, TLS-MUX-3
  return [...muxers, libp2pApplication]
}

/** The first of one side's list that the other side has too; empty where there is none. */
export function firstCommon(one: readonly string[], other: readonly string[]): string {
  //= TLS-MUX-2
  return one.find((name) => other.includes(name)) ?? ''
}

/** Both sides named something and have nothing in common. */
export function disjoint(one: readonly string[], other: readonly string[]): boolean {
  return one.length > 0 && other.length > 0 && firstCommon(one, other) === ''
}

/** The muxer that an application protocol names; undefined where the muxer is still to be negotiated. */
export function muxerOf(protocol: string): string | undefined {
  //= TLS-MUX-4
  return protocol === libp2pApplication || protocol === '' ? undefined : protocol
}
