import { spawn } from 'node:child_process'
import type { SubjectInfo } from '../events.ts'
import { SocketListener } from '../tester/socket.ts'
import { TesterError } from '../tester/tester-error.ts'
import type { Subject } from './subject.ts'

/** Longest start of a node before it dials: a cold runtime on a busy machine. */
const MIN_START_WAIT_MS = 30_000
/** A start may take so many times what the slowest one took so far. */
const START_WAIT_FACTOR = 10
const ADDRESS_HOLE = '{addr}'
const MAX_KEPT_OUTPUT = 4096

/** A command that dials the address put in place of `{addr}`: the suite listens and runs it once for every connection. */
export function dialingSubject(command: readonly string[], name: string | null): Subject {
  const [program, ...programArguments] = command
  if (program === undefined)
    throw new TesterError(
      'bad-case',
      'transport',
      'a dialer needs a command: p2pspec check --dialer -- ./my-node dial {addr}',
    )
  if (!command.some((part) => part.includes(ADDRESS_HOLE))) {
    throw new TesterError(
      'bad-case',
      'transport',
      `the dialer's command must contain ${ADDRESS_HOLE}, where the suite's address goes`,
    )
  }
  const info: SubjectInfo = { name: name ?? 'subject', agent: null, address: null, peerId: null, mode: 'dialer' }
  let slowestStartMs = 0
  return {
    info,
    async connect(keys, transcript) {
      const startWaitMs = Math.max(MIN_START_WAIT_MS, slowestStartMs * START_WAIT_FACTOR)
      const listener = await SocketListener.open('127.0.0.1')
      const address = `/ip4/127.0.0.1/tcp/${listener.endpoint.port}/p2p/${keys.identity.peerId}`
      const startedAt = performance.now()
      const child = spawn(
        program,
        programArguments.map((part) => part.replaceAll(ADDRESS_HOLE, address)),
        { stdio: ['pipe', 'pipe', 'pipe'] },
      )
      let output = ''
      const keep = (chunk: Buffer): void => {
        output = `${output}${chunk.toString()}`.slice(-MAX_KEPT_OUTPUT)
      }
      child.stdout.on('data', keep)
      child.stderr.on('data', keep)
      const release = (): void => {
        child.kill('SIGKILL')
        listener.close()
      }
      let failure = ''
      const gone = new Promise<null>((resolve) => {
        child.once('error', (error) => {
          failure = `could not be started: ${error.message}`
          resolve(null)
        })
        child.once('exit', (code, signal) => {
          failure = `ended (${code ?? signal}) without dialling: ${output.trim().slice(-300)}`
          transcript.note('transport', `the subject's process ended with ${code ?? signal}`)
          resolve(null)
        })
      })
      const socket = await Promise.race([listener.accept(startWaitMs), gone])
      if (socket === null) {
        release()
        throw new TesterError(
          'refused',
          'transport',
          `the subject ${failure === '' ? `did not dial within ${Math.round(startWaitMs)} ms` : failure}`,
        )
      }
      const startMs = performance.now() - startedAt
      slowestStartMs = Math.max(slowestStartMs, startMs)
      socket.recordIn(transcript)
      return { socket, side: 'listener', startMs, release }
    },
    close: () => Promise.resolve(),
  }
}
