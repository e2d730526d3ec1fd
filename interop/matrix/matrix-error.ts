export type MatrixErrorCode =
  | 'bad-matrix'
  | 'bad-selection'
  | 'no-engine'
  | 'no-redis'
  | 'no-image'
  | 'no-start'
  | 'no-capture'
  | 'no-fault'
  | 'bad-record'
  | 'cannot-merge'

/** A fault of the matrix, of how it was called or of the machine; never of a peer that was met. */
export class MatrixError extends Error {
  override readonly name = 'MatrixError'
  readonly code: MatrixErrorCode

  constructor(code: MatrixErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
