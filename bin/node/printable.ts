/** Control, format, surrogate and separator characters: what can garble a terminal, end a line or turn text around. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Text from anywhere as one line that a terminal shows as it is: what is not printed is written as its code point. */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** One JSON value on one line in ASCII alone: still the same value, and harmless in a terminal. */
export function jsonLine(value: object): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'bigint' ? field.toString() : field,
  ).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
