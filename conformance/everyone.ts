// Checks this project's node and the foreign peers, as listeners and as dialers: node conformance/everyone.ts [--only go,js] [--mode listener,dialer,agent] [--out folder] [--network] [--security plaintext] [--muxer mplex] [--transport quic] [--update]
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { check } from './check.ts'
import type { CheckOptions } from './check.ts'
import { readRun } from './report/run-record.ts'
import { isInapplicable } from './runner/play-case.ts'
import { projectFolder } from './runner/suite.ts'
import { dialingSubject } from './subjects/dialing-subject.ts'
import { EMBEDDED_NAME, embeddedSubject, startListener } from './subjects/embedded-subject.ts'
import { listeningSubject } from './subjects/listening-subject.ts'
import { privateSubject } from './subjects/private-subject.ts'
import { transportNamed } from './subjects/subject.ts'
import type { Subject } from './subjects/subject.ts'
import { TemporaryNetwork } from './subjects/temporary-network.ts'

const FOREIGN = ['go', 'rust', 'js']
/** Peers that take long to start, and dial on command instead of once. */
const STAYING: ReadonlySet<string> = new Set(['js'])
const MODES = ['listener', 'dialer', 'agent'] as const
type Mode = (typeof MODES)[number]
/** A cold build of the slowest peer takes some minutes. */
const BUILD_TIMEOUT_MS = 30 * 60_000

interface Line {
  readonly subject: string
  readonly mode: string
  readonly exitCode: number
  readonly asExpected: number
  readonly unexpected: number
  readonly flaky: number
  /** Cases that have no meaning over the transport. */
  readonly inapplicable: number
  readonly verdicts: string
  readonly seconds: number
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: [EMBEDDED_NAME, ...FOREIGN].join(',') },
    mode: { type: 'string', default: 'listener,dialer' },
    out: { type: 'string', default: 'results/everyone' },
    protocol: { type: 'string' },
    network: { type: 'boolean', default: false },
    /** What the foreign peers have in place of their defaults; this project's node has everything. */
    security: { type: 'string' },
    muxer: { type: 'string' },
    transport: { type: 'string', default: 'tcp' },
    'max-flaky': { type: 'string' },
    update: { type: 'boolean', default: false },
  },
})

const transport = transportNamed(values.transport)
if (transport === undefined) throw new Error(`--transport wants tcp or quic, not ${values.transport}`)
using network = values.network ? new TemporaryNetwork() : undefined
const words = [
  ...(network === undefined ? [] : ['--psk', network.file]),
  ...(values.security === undefined ? [] : ['--security', values.security]),
  ...(transport === 'tcp' ? [] : ['--transport', transport]),
  ...(values.muxer === undefined ? [] : ['--muxer', values.muxer]),
]
const names = values.only.split(',').map((name) => name.trim())
const commands = await peerCommands(names.filter((name) => FOREIGN.includes(name)))
const lines: Line[] = []
for (const name of names) {
  for (const mode of MODES) {
    if (!values.mode.split(',').includes(mode)) continue
    lines.push(await checkOne(name, mode))
  }
}
for (const { subject, mode, exitCode, verdicts, seconds, unexpected, flaky, inapplicable } of lines) {
  const outcome = exitCode === 0 ? (flaky === 0 ? 'as expected' : `${flaky} flaky`) : `${unexpected} unexpected`
  console.log(
    `${subject.padEnd(8)} ${mode.padEnd(8)} ${outcome.padEnd(13)} ${seconds.toFixed(1).padStart(6)} s  ${verdicts}${inapplicable === 0 ? '' : ` (${inapplicable} not applicable)`}`,
  )
}
const passed = lines.reduce((sum, line) => sum + line.asExpected, 0)
const failed = lines.reduce((sum, line) => sum + Math.max(line.unexpected, line.exitCode === 0 ? 0 : 1), 0)
process.exitCode = failed === 0 ? 0 : 1
console.log(`${passed} passed, ${failed} failed`)

async function checkOne(name: string, mode: Mode): Promise<Line> {
  const out = path.resolve(values.out, `${name}-${mode}`)
  const subject = await subjectOf(name, mode)
  const options: CheckOptions = {
    subject,
    out,
    formats: ['html', 'junit', 'json'],
    terminal: 'off',
    write: (text) => process.stdout.write(text),
    ...(values['max-flaky'] === undefined ? {} : { maxFlaky: Number(values['max-flaky']) }),
    ...(values.update ? { update: true } : {}),
    ...(values.protocol === undefined ? {} : { protocols: values.protocol.split(',') }),
  }
  try {
    const exitCode = await check(options)
    const { cases, finished } = readRun(out)
    for (const one of cases) if (!one.asExpected) console.log(`${name} ${mode}: ${one.verdict} ${one.id}: ${one.did}`)
    const counts = Object.entries(finished?.counts ?? {}).filter(([, count]) => count > 0)
    return {
      subject: name,
      mode,
      exitCode,
      // A flaky case passed in one of its tries; too many of them show in the exit code.
      asExpected: cases.filter((one) => (one.asExpected || one.verdict === 'flaky') && !isInapplicable(one)).length,
      inapplicable: cases.filter(isInapplicable).length,
      unexpected: cases.filter((one) => !one.asExpected && one.verdict !== 'flaky').length,
      flaky: cases.filter((one) => one.verdict === 'flaky').length,
      verdicts: counts.map(([verdict, count]) => `${count} ${verdict}`).join(' · '),
      seconds: (finished?.durationMs ?? 0) / 1000,
    }
  } finally {
    await subject.close()
  }
}

async function subjectOf(name: string, mode: Mode): Promise<Subject> {
  if (name === EMBEDDED_NAME) return await embeddedSubject(mode, network?.key ?? null, transport)
  const subject = await foreignSubject(name, mode)
  return network === undefined ? subject : privateSubject(subject, network.key)
}

async function foreignSubject(name: string, mode: Mode): Promise<Subject> {
  const command = commands.get(name)
  if (command === undefined)
    throw new Error(`there is no peer ${name}; known are ${[EMBEDDED_NAME, ...FOREIGN].join(', ')}`)
  if (mode === 'agent') throw new Error(`the peer ${name} is no agent`)
  if (mode === 'dialer')
    return dialingSubject([...command, 'dial', ...(STAYING.has(name) ? [] : ['{addr}']), ...words], name, transport)
  const started = await startListener([...command, 'listen', ...words])
  const close = async (): Promise<void> => {
    await started.stop()
    writeFileSync(path.resolve(values.out, `${name}-${mode}`, 'subject.log'), started.log())
  }
  return { ...listeningSubject(started.address, name), close }
}

/** The command line of each foreign peer, built where that is needed. */
async function peerCommands(wanted: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  if (wanted.length === 0) return new Map()
  const program = path.join(projectFolder, 'interop/peers/build.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...wanted, '--json'], {
    cwd: projectFolder,
    timeout: BUILD_TIMEOUT_MS,
  })
  const built = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Readonly<Record<string, readonly string[]>> // what build.ts --json prints
  return new Map(Object.entries(built))
}
