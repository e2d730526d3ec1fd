/** What every layer's error has: a literal `code` to switch on, and a message that says what happened, to whom, and what to do. */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** Makes `instanceof` hold across two copies of the package: a class carries its own `Symbol.for` brand and asks for it here. */
export function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && brand in value
}
