const label = /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/i
const longestName = 253

/**
 * Whether the text can be the name of a host and nothing else: no IP address in any of its spellings (`127.0.0.1`, `2130706433`, `0x7f.1`), and
 * nothing that ends the host in a URL (`a@b`, `a#b`).
 */
export function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, '').split('.')
  const last = labels.at(-1) ?? ''
  return text.length <= longestName && labels.every((one) => label.test(one)) && !/^(?:\d+|0x[\da-f]*)$/i.test(last)
}
