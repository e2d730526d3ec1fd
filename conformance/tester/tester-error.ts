import type { Layer } from '../events.ts'

export type TesterErrorCode =
  'refused' | 'closed' | 'timeout' | 'malformed' | 'bad-identity' | 'unsupported' | 'bad-case'

const BRAND = Symbol.for('@p2pspec/conformance/tester-error')

/** The set-up of a case did not come about, or the case itself asks for what the engine cannot do (`bad-case`). */
export class TesterError extends Error {
  readonly code: TesterErrorCode
  readonly layer: Layer
  readonly [BRAND] = true

  constructor(code: TesterErrorCode, layer: Layer, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TesterError'
    this.code = code
    this.layer = layer
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value
  }
}
