/**
 * Node writes the secrets of TLS sessions where its command line says so: where SSLKEYLOGFILE asks for them, this
 * process starts anew in its own place.
 */
export function restartForKeyLog(): void {
  const file = process.env['SSLKEYLOGFILE'] ?? ''
  const option = `--tls-keylog=${file}`
  if (file === '' || process.execArgv.includes(option)) return
  if (process.execve === undefined) console.error('SSLKEYLOGFILE takes Node.js 22.15 or newer: no keys are written')
  else process.execve(process.execPath, [process.execPath, option, ...process.execArgv, ...process.argv.slice(1)])
}
