/** Tells a command's failure without a stack; the exit code: 1 where the user's words or files are at fault, 2 where we are. */
export function failed(error: unknown): 1 | 2 {
  if (error instanceof Error && error.name === 'SpecFailure' && 'problems' in error && Array.isArray(error.problems)) {
    const count = error.problems.length
    console.error(`${error.message}\n\n${count} problem${count === 1 ? '' : 's'} in spec/`)
    return 1
  }
  if (error instanceof Error && isUsersMistake(error)) {
    console.error(error.message)
    return 1
  }
  if (error instanceof Error && (error.name === 'MatrixError' || error.name === 'RedisError')) {
    console.error(error.message)
    return 2
  }
  console.error(`p2pspec failed: ${error instanceof Error ? error.message : String(error)}`)
  if (process.env['P2PSPEC_TRACE'] !== undefined && error instanceof Error) console.error(error.stack)
  else console.error('    This is a fault of p2pspec or of the machine it runs on; P2PSPEC_TRACE=1 shows where.')
  return 2
}

/** Told by name: what throws them is loaded by the command that runs, if at all. */
function isUsersMistake(error: Error): boolean {
  if (error.name === 'UnknownName' || error.name === 'UsageFailure') return true
  return error.name === 'TesterError' && 'code' in error && error.code === 'bad-case'
}
