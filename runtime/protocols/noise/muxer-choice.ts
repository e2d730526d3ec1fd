/** The first of one side's list that the other side has too. */
export function firstCommon(one: readonly string[], other: readonly string[]): string | undefined {
  return one.find((name) => other.includes(name))
}

/** Both sides named something and have nothing in common. A side that names nothing leaves the choice to a later negotiation. */
export function disjoint(one: readonly string[], other: readonly string[]): boolean {
  return one.length > 0 && other.length > 0 && firstCommon(one, other) === undefined
}
