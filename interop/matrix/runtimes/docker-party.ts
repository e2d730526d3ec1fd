import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Role } from '../contract.ts'
import { splitLog } from './docker-log.ts'
import type { PartyExit } from './runtime.ts'
import type { EngineContainer } from './engine.ts'

const logLines = 20_000
const lastCharacters = 4_000

/** How a container ends: its code, and what it said, which also goes into the folder. */
export async function containerExit(container: EngineContainer, role: Role, folder: string): Promise<PartyExit> {
  // An engine's own word for "ended": the code of a signal is 128 and its number, as in a shell.
  const ended = (await container.wait()) as { readonly StatusCode: number } // dockerode has no type for it
  const { stdout, stderr } = await keepLog(container, role, folder)
  return {
    code: ended.StatusCode,
    signal: null,
    output: new TextDecoder().decode(stdout),
    lastLog: new TextDecoder().decode(stderr).slice(-lastCharacters),
  }
}

/** The engine does not tell how a container ended: that says nothing of the program in it. */
export function lostExit(error: unknown): PartyExit {
  return {
    code: null,
    signal: null,
    output: '',
    lastLog: '',
    lost: error instanceof Error ? error : new Error(String(error)),
  }
}

/** Writes what a container has said so far. */
export async function keepLog(
  container: EngineContainer,
  role: string,
  folder: string,
): Promise<ReturnType<typeof splitLog>> {
  const bytes = await container.logs({ stdout: true, stderr: true, follow: false, tail: logLines })
  const log = splitLog(bytes)
  writeFileSync(join(folder, `${role}.out.log`), log.stdout)
  writeFileSync(join(folder, `${role}.err.log`), log.stderr)
  return log
}
