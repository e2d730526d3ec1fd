import { limits } from '@p2pspec/generated/common/limits'

/** Control, format and surrogate characters: what can garble a terminal or a page, or turn text around. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}]/gu

/** Remote text that is safe to show: cut to the limit, and with a mark in place of every character that is not printed. */
//= ID-TEXT-1, ID-TEXT-3
export function presentable(text: string): string {
  // A code point has at most two units, so nothing longer is looked at.
  const points = [...text.slice(0, 2 * limits.identify.maxTextCodePoints)].slice(0, limits.identify.maxTextCodePoints)
  return points.join('').replace(unprintable, '\u{fffd}')
}

/** An id is compared byte for byte, so one that is too long is left out instead of cut. */
//= ID-TEXT-2
export function isUsableProtocol(id: string): boolean {
  const most = limits.identify.maxTextCodePoints
  if (id.length === 0 || id.length > 2 * most) return false
  return id.length <= most || [...id].length <= most
}
