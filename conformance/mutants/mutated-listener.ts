import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { isRecord } from '../report/requirement-index.ts'
import { MutantError } from './apply-mutant.ts'
import type { Mutant } from './mutant.ts'

const startWaitMs = 30_000
const stopWaitMs = 3_000

/** A running listener, changed by a mutant or not. */
export interface MutatedListener extends AsyncDisposable {
  readonly address: string
}

/** Starts the subject and waits for the line that tells its address. */
export async function startMutatedListener(
  command: readonly string[],
  mutant: Mutant | null,
  more: readonly string[] = [],
): Promise<MutatedListener> {
  const [program = '', ...words] = command
  const child = spawn(program, [...words, 'listen', ...more], { stdio: ['pipe', 'pipe', 'pipe'] })
  let log = ''
  child.stdin.on('error', () => {})
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-4000)
  })
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    const force = setTimeout(() => child.kill('SIGKILL'), stopWaitMs)
    child.stdin.end()
    child.kill('SIGTERM')
    await exited
    clearTimeout(force)
  }
  const address = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new MutantError(`${mutant?.id ?? 'the unchanged subject'} ${why}: ${log.trim().slice(-600)}`))
    const late = setTimeout(() => fail(`did not listen within ${startWaitMs} ms`), startWaitMs)
    child.once('error', (error) => fail(`could not be started (${error.message})`))
    child.once('exit', (code, signal) => fail(`ended (${code ?? signal}) before it listened`))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = addressIn(line)
      if (found === null) return
      clearTimeout(late)
      resolve(found)
    })
  }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { address, [Symbol.asyncDispose]: stop }
}

function addressIn(line: string): string | null {
  try {
    const event: unknown = JSON.parse(line)
    const addresses: unknown = isRecord(event) && event['event'] === 'listening' ? event['addresses'] : null
    const first: unknown = Array.isArray(addresses) ? addresses[0] : null
    return typeof first === 'string' ? first : null
  } catch {
    // Anything else on the line is no event.
    return null
  }
}
