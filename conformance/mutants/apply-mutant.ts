/** A change of one place of a source text. */
export interface SourceChange {
  readonly id: string
  readonly file: string
  /** Texts that come before the place, each looked for behind the one before it. */
  readonly after: readonly string[]
  readonly find: string
  readonly replace: string
}

export class MutantError extends Error {
  override readonly name = 'MutantError'
}

/** The changed source. Without `after`, `find` must stand exactly once; with it, the first one behind the last of them is meant. */
export function applyMutant(source: string, change: SourceChange): string {
  const { id, file, after, find, replace } = change
  if (find === replace) throw new MutantError(`${id} changes nothing`)
  let at = 0
  for (const anchor of after) {
    const found = source.indexOf(anchor, at)
    if (found === -1)
      throw new MutantError(`${id}: "${anchor}" is not in ${file}${at === 0 ? '' : ' behind the anchor before it'}`)
    at = found + anchor.length
  }
  const count = source.slice(at).split(find).length - 1
  if (count === 0 || (after.length === 0 && count > 1))
    throw new MutantError(
      `${id}: "${find}" stands ${count} times in ${file}, must be ${after.length === 0 ? 'exactly once' : 'there behind its anchors'}`,
    )
  const place = source.indexOf(find, at)
  return source.slice(0, place) + replace + source.slice(place + find.length)
}
