/** The first of one side's list that the other side has too. */
export function firstCommon(one: readonly string[], other: readonly string[]): string | undefined {
  //= NOISE-MUX-2, NOISE-MUX-5
  return one.find((name) => other.includes(name))
}

/** Both sides named something and have nothing in common. A side that names nothing leaves the choice to a later negotiation. */
export function disjoint(one: readonly string[], other: readonly string[]): boolean {
  //= NOISE-MUX-3, NOISE-MUX-6
  return one.length > 0 && other.length > 0 && firstCommon(one, other) === undefined
}
