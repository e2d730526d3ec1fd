import { sha256Hex } from '../load/spec-file.ts'

/** First 12 hex digits of the SHA-256 of a sentence, white space folded: what `digest:` holds. */
export function sentenceDigest(sentence: string): string {
  return sha256Hex(sentence.replaceAll(/\s+/g, ' ').trim()).slice(0, 12)
}
