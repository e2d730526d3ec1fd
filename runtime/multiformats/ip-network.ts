import { isIPv4, isIPv6 } from 'node:net'

/** How many leading bits of an IP address name its network. */
export interface PrefixBits {
  readonly ip4: number
  readonly ip6: number
}

/** The network of an IP address, such as `192.0.2.0/24` or `2001:db8:0::/48`; undefined for what is no IP address. */
export function networkOf(host: string, bits: PrefixBits): string | undefined {
  if (isIPv4(host)) return `${masked(host.split('.').map(Number), 8, bits.ip4).join('.')}/${bits.ip4}`
  if (!isIPv6(host)) return undefined
  const groups = masked(groupsOf(host), 16, bits.ip6)
  return `${groups.map((group) => group.toString(16)).join(':')}/${bits.ip6}`
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): readonly number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const [, start = '', ...bytes] = dotted ?? []
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number)
  const plain = dotted === null ? text : `${start}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  const [head = '', tail] = plain.split('::')
  const read = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)))
  const before = read(head)
  const after = tail === undefined ? [] : read(tail)
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

function masked(parts: readonly number[], width: number, bits: number): number[] {
  return parts.map((part, index) => {
    const kept = Math.min(width, Math.max(0, bits - index * width))
    return part & (((1 << kept) - 1) << (width - kept))
  })
}
