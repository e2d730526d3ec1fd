/** Somebody asked for a name that does not exist; the message says which there are. */
export class UnknownName extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnknownName'
  }
}
