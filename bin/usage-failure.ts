/** The user's words or files are at fault; the message says what to do. */
export class UsageFailure extends Error {
  override readonly name = 'UsageFailure'
}
