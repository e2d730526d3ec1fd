/** Lets one caller give up waiting while the work goes on for the others. */
export async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return await work
  return await new Promise<Value>((resolve, reject) => {
    const abort = (): void => reject(asError(signal.reason))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
