/**
 * A peer chooses its agent name and part of what is said about it. Everything that a person or a parser reads goes through here first:
 * control, format (bidirectional, zero-width), separator and unpaired characters become `\u{…}`, so the result is one harmless line.
 */
export function visible(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** At most `limit` characters, the last one an ellipsis where something was cut. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Terminal cells that a text takes: wide characters (Chinese, emoji) take two. */
export function cellWidth(text: string): number {
  let cells = 0
  for (const character of text) cells += wide.test(character) ? 2 : 1
  return cells
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Emoji_Presentation}/u
