import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isRecord } from '../report/requirement-index.ts'
import { MutantError } from './apply-mutant.ts'
import type { LoadOrder, Mutant } from './mutant.ts'

const startWaitMs = 30_000
const stopWaitMs = 3_000
const hook = new URL('load-hook.ts', import.meta.url).href
const projectFolder = fileURLToPath(new URL('../../', import.meta.url))

/** A running listener, changed by a mutant or not. */
export interface MutatedListener extends AsyncDisposable {
  readonly address: string
  /** Whether the changed file was loaded at all. */
  readonly applied: () => boolean
}

/** A subject's command line: the program and its arguments, to which `listen` or `dial` is added. */
export function mutatedCommand(command: readonly string[], mutant: Mutant | null): readonly string[] {
  const [program = process.execPath, ...rest] = command
  if (mutant === null) return command
  const { id, file, after, find, replace } = mutant
  const order: LoadOrder = { id, file, after, find, replace, url: pathToFileURL(path.join(projectFolder, file)).href }
  // The order travels as the hook's own query: a dialer that the suite starts by itself carries it too.
  return [program, '--import', `${hook}?${encodeURIComponent(JSON.stringify(order))}`, ...rest]
}

/** Starts the subject and waits for the line that tells its address. */
export async function startMutatedListener(
  command: readonly string[],
  mutant: Mutant | null,
  more: readonly string[] = [],
): Promise<MutatedListener> {
  const [program = '', ...words] = mutatedCommand(command, mutant)
  const child = spawn(program, [...words, 'listen', ...more], { stdio: ['pipe', 'pipe', 'pipe'] })
  let log = ''
  let applied = false
  child.stdin.on('error', () => {})
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-4000)
    applied ||= mutant !== null && log.includes(`mutant ${mutant.id} applied`)
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
  return { address, applied: () => applied, [Symbol.asyncDispose]: stop }
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
