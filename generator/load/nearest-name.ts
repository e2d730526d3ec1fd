/** `Did you mean …? ` where one of the known names is close, else nothing. */
export function nearestName(wrong: string, known: readonly string[]): string {
  let best: string | undefined
  let bestDistance = Math.min(4, Math.ceil(wrong.length / 2))
  for (const name of known) {
    const distance = editDistance(wrong, name)
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best === undefined ? '' : `Did you mean \`${best}\`? `
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 4 || a.length > 60) return 60
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[b.length] ?? 60
}
