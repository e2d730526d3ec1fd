import { limits } from '@p2pspec/generated/common/limits'

/** Control, format and surrogate characters: what can garble a terminal or a page, or turn text around. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}]/gu

/** Remote text that is safe to show: cut to the limit, and with a mark in place of every character that is not printed. */
//= ID-TEXT-1, ID-TEXT-3
export function presentable(text: string): string {
  return firstCodePoints(text, limits.identify.maxTextCodePoints).replace(unprintable, '\u{fffd}')
}

/** An id is compared byte for byte, so one that is too long is left out instead of cut. */
//= ID-TEXT-2
export function isUsableProtocol(id: string): boolean {
  return id.length > 0 && firstCodePoints(id, limits.identify.maxTextCodePoints).length === id.length
}

/** Looks at no more of the text than it returns. */
function firstCodePoints(text: string, count: number): string {
  let end = 0
  for (let points = 0; points < count && end < text.length; points += 1)
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  return text.slice(0, end)
}
