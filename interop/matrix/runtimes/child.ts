import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { OutputFile } from '../output-file.ts'
import { thisOwner } from '../owner.ts'
import type { PartyExit } from './runtime.ts'

/** A later run finds what this one left behind by this variable. */
export const ownerVariable = 'P2PSPEC_INTEROP_OWNER'

export interface ChildOptions {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly outputFile: string
  readonly logFile: string
}

/** A program in a process group of its own, so that killing it takes along what it started. */
export interface Child {
  readonly exited: Promise<PartyExit>
  readonly output: OutputFile
  readonly log: OutputFile
  kill(): Promise<void>
}

const pollMs = 20

export function startChild({ command, environment, outputFile, logFile }: ChildOptions): Child {
  const [program, ...words] = command
  if (program === undefined) throw new TypeError('an empty command line')
  const output = new OutputFile(outputFile)
  const log = new OutputFile(logFile)
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...inherited(), ...environment, [ownerVariable]: thisOwner() },
  })
  child.stdout.on('data', (chunk: Uint8Array) => output.write(chunk))
  child.stderr.on('data', (chunk: Uint8Array) => log.write(chunk))
  const exited = (async (): Promise<PartyExit> => {
    let code: number | null = null
    let signal: string | null = null
    try {
      ;[code, signal] = (await once(child, 'close')) as [number | null, string | null] // what node hands to `close`
    } catch (error) {
      log.write(Buffer.from(`cannot start ${program}: ${error instanceof Error ? error.message : String(error)}\n`))
      code = 126
    }
    output.close()
    log.close()
    return { code, signal, output: output.text, lastLog: log.lastText }
  })()
  return {
    exited,
    output,
    log,
    async kill() {
      killGroup(child.pid)
      await exited
    },
  }
}

/** Waits until a program has said something; null then, or how it ended before. */
export async function saysOrEnds(child: Child, words: string): Promise<PartyExit | null> {
  for (;;) {
    if (child.output.text.includes(words) || child.log.text.includes(words)) return null
    const ended = await Promise.race([child.exited, delay(pollMs, null)])
    if (ended !== null) return ended
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/** A peer sees of this process's environment what programs need to run at all, and nothing by accident. */
function inherited(): Record<string, string> {
  const wanted = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'LD_LIBRARY_PATH', 'NODE_OPTIONS', 'P2PSPEC_CACHE']
  return Object.fromEntries(
    wanted.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
