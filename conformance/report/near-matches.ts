/** The names nearest to what was typed: first those that hold all its words, then by edit distance. */
export function nearMatches(typed: string, names: Iterable<string>, count: number): readonly string[] {
  const wanted = typed.toLowerCase()
  const words = wanted.split(/[^a-z0-9]+/).filter((word) => word !== '')
  return [...new Set(names)]
    .map((name) => ({ name, score: score(name.toLowerCase(), wanted, words) }))
    .filter(({ name, score }) => score <= Math.max(name.length, wanted.length) * 0.6)
    .sort((left, right) => left.score - right.score || (left.name < right.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name)
}

function score(name: string, wanted: string, words: readonly string[]): number {
  const missing = words.filter((word) => !name.includes(word)).length
  // A name with every word of the question is meant more often than one that only looks alike.
  return missing === 0 ? editDistance(name, wanted) * 0.2 : editDistance(name, wanted)
}

/** Letters to insert, delete or change. */
function editDistance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const change = (above[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1)
      current.push(Math.min(change, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    above = current
  }
  return above[right.length] ?? 0
}
