import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SubjectInfo } from '../events.ts'
import { TesterError } from '../tester/tester-error.ts'
import { agentSubject } from './agent/agent-subject.ts'
import { dialingSubject } from './dialing-subject.ts'
import { listeningSubject } from './listening-subject.ts'
import { privateSubject } from './private-subject.ts'
import type { Subject, TransportName } from './subject.ts'

const PROGRAM = fileURLToPath(new URL('embedded-node.ts', import.meta.url))
export const EMBEDDED_NAME = 'p2pspec'

/** The project's own node: listening, dialling whenever a case asks for it, or doing what a case tells its application. */
export async function embeddedSubject(
  mode: SubjectInfo['mode'],
  networkKey: Uint8Array | null = null,
  transport: TransportName = 'tcp',
): Promise<Subject> {
  const network = networkKey === null ? [] : ['--psk', Buffer.from(networkKey).toString('hex')]
  const words = [...network, ...(transport === 'quic' ? ['--transport', 'quic'] : [])]
  const within = (subject: Subject): Subject => (networkKey === null ? subject : privateSubject(subject, networkKey))
  if (mode === 'dialer')
    return within(dialingSubject([process.execPath, PROGRAM, 'dial', ...words], EMBEDDED_NAME, transport))
  if (mode === 'agent')
    return within(agentSubject([process.execPath, PROGRAM, 'agent', ...words], EMBEDDED_NAME, transport))
  const started = await startListener([process.execPath, PROGRAM, 'listen', ...words])
  return within({ ...listeningSubject(started.address, EMBEDDED_NAME), close: () => started.stop() })
}

/** The end of what a subject logs is kept: it says why it is gone. */
const MAX_KEPT_LOG = 64 * 1024

export interface StartedListener {
  readonly address: string
  /** The end of what it wrote to standard error. */
  log(): string
  stop(): Promise<void>
}

/** Starts a program that says on a line of JSON where it listens, and runs until its standard input ends. */
export function startListener(command: readonly string[]): Promise<StartedListener> {
  const [program = '', ...programArguments] = command
  const child = spawn(program, programArguments, { stdio: ['pipe', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = `${log}${chunk.toString()}`.slice(-MAX_KEPT_LOG)
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(
        new TesterError(
          'refused',
          'transport',
          `${program} ended (${code ?? signal}) before it listened: ${log.trim()}`,
        ),
      ),
    )
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = listeningAddress(line)
      if (address !== null) resolve({ address, stop, log: () => log })
    })
  })
}

/** The first address of `{"event":"listening","addresses":[…]}`; null for any other line. */
export function listeningAddress(line: string): string | null {
  let event: unknown
  try {
    event = JSON.parse(line)
  } catch {
    // A peer that writes something else on standard output is not our business here.
    return null
  }
  if (typeof event !== 'object' || event === null || !('addresses' in event) || !Array.isArray(event.addresses))
    return null
  const [first]: unknown[] = event.addresses
  return typeof first === 'string' ? first : null
}
