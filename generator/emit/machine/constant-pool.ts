/** Values that a machine makes once and reuses: one name for each distinct text. */
export class ConstantPool {
  readonly #names = new Map<string, string>()
  readonly #taken = new Set<string>()
  readonly #declarations: { readonly name: string; readonly type: string; readonly text: string }[] = []

  /** Declarations in the order of their first use. */
  get declarations(): readonly { readonly name: string; readonly type: string; readonly text: string }[] {
    return this.#declarations
  }

  /** The name of the constant with this text; `wish` is what it would like to be called. */
  name(wish: string, type: string, text: string): string {
    const key = `${type}=${text}`
    const known = this.#names.get(key)
    if (known !== undefined) return known
    let name = wish
    for (let count = 2; this.#taken.has(name); count++) name = `${wish}${count}`
    this.#taken.add(name)
    this.#names.set(key, name)
    this.#declarations.push({ name, type, text })
    return name
  }
}
