import type { Command } from 'commander'
import type { Subject } from '@p2pspec/conformance/subjects/subject'
import { UsageFailure } from '../usage-failure.ts'

interface CheckFlags {
  readonly dialer?: boolean
  readonly agent?: boolean
  readonly container?: string
  readonly contract?: boolean
  readonly security: string
  readonly muxer: string
  readonly name?: string
  readonly transport: string
  readonly protocol?: string
  readonly psk?: string
  readonly filter?: readonly string[]
  readonly parallel?: string
  readonly seed?: string
  readonly maxFlaky?: string
  readonly out?: string
  readonly formats: string
  readonly plain?: boolean
  readonly update?: boolean
}

/** `p2pspec check [address]`, `p2pspec check --dialer -- <command {addr}>`, `p2pspec check --agent -- <command>`, `p2pspec check --container <image> [--dialer]`. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .argument(
      '[address or command...]',
      'where the node listens; with --dialer the command that dials, behind --, with {addr} in it; without {addr} it is started and told "dial <address>" on its standard input',
    )
    .option(
      '--dialer',
      'judge the node as the side that dials: its command is run once for every case, or stays where it has no {addr} in it',
    )
    .option(
      '--agent',
      'judge what only an application can do: the command behind -- is told by lines of JSON (docs/agent.md); without one, the node of this project',
    )
    .option(
      '--container <image>',
      'judge an image that keeps the contract of libp2p/unified-testing: as listener, or with --dialer as dialer',
    )
    .option('--contract', 'the command behind -- is a program that keeps that contract')
    .option('--security <name>', 'what a node of the contract is told to use', 'noise')
    .option('--muxer <name>', 'what a node of the contract is told to use', 'yamux')
    .option('--name <subject>', 'go, rust, js or another name: whose known failures are expected')
    .option('--psk <file>', 'the key of the private network that the node is in')
    .option('--transport <name>', 'tcp or quic: where no address says it, the way that the node is met', 'tcp')
    .option('--protocol <names>', 'only these protocols, separated by commas')
    .option('--filter <text...>', 'only cases whose id contains this, or matches it where it has a *')
    .option('--parallel <count>', 'cases at once')
    .option('--seed <number>', 'fixes every key and random byte of the suite')
    .option(
      '--max-flaky <count>',
      'so many cases may be judged otherwise when tried again, alone, before the run fails (3)',
    )
    .option('--out <folder>', 'where the reports and the evidence go')
    .option('--formats <list>', 'html, junit, tap, json, badge, annotated', 'html,junit,tap,json,badge,annotated')
    .option('--plain', 'plain lines, also on a terminal')
    .option('--update', 'write what happened into the expectations of this subject')
    .description('check a libp2p node against the specification; without an address the node of this project')
    .action(async (target: readonly string[], flags: CheckFlags) => {
      const { check } = await import('@p2pspec/conformance/check')
      const { agentSubject } = await import('@p2pspec/conformance/subjects/agent/agent-subject')
      const { dialingSubject } = await import('@p2pspec/conformance/subjects/dialing-subject')
      const { embeddedSubject } = await import('@p2pspec/conformance/subjects/embedded-subject')
      const { listeningSubject } = await import('@p2pspec/conformance/subjects/listening-subject')
      const { privateSubject } = await import('@p2pspec/conformance/subjects/private-subject')
      const { transportNamed } = await import('@p2pspec/conformance/subjects/subject')
      const { reportFormats } = await import('@p2pspec/conformance/report/reporters')
      const [address] = target
      if (flags.agent === true && flags.dialer === true) throw new UsageFailure('give --agent or --dialer, not both')
      const mode = flags.agent === true ? 'agent' : flags.dialer === true ? 'dialer' : 'listener'
      const keepsContract = flags.container !== undefined || flags.contract === true
      if (mode === 'listener' && !keepsContract && target.length > 1)
        throw new UsageFailure('give one address, or --dialer or --agent and the command behind --')
      const out =
        flags.out ??
        `results/${flags.name ?? (address === undefined && !keepsContract ? 'p2pspec' : 'subject')}-${mode}`
      if (keepsContract && mode === 'agent') throw new UsageFailure('a node of the contract is no agent')
      const transport = transportNamed(flags.transport)
      if (transport === undefined) throw new UsageFailure(`--transport wants tcp or quic, not ${flags.transport}`)
      if (keepsContract && transport !== 'tcp')
        throw new UsageFailure('a node of the contract is met over TCP: leave --transport out')
      const networkKey = flags.psk === undefined ? null : await readKey(flags.psk)
      const outside = keepsContract
        ? await contractSubject(target, mode === 'dialer' ? mode : 'listener', out, flags)
        : address === undefined
          ? await embeddedSubject(mode, networkKey, transport)
          : mode === 'listener'
            ? listeningSubject(address, flags.name ?? null)
            : (mode === 'agent' ? agentSubject : dialingSubject)(target, flags.name ?? null, transport)
      const subject = networkKey === null ? outside : privateSubject(outside, networkKey)
      const wanted = flags.formats.split(',').map((format) => format.trim())
      const abort = new AbortController()
      process.once('SIGINT', () => abort.abort())
      try {
        process.exitCode = await check({
          subject,
          out,
          formats: reportFormats.filter((format) => wanted.includes(format)),
          terminal: flags.plain === true ? 'plain' : 'auto',
          write: (text) => process.stdout.write(text),
          signal: abort.signal,
          ...(flags.protocol === undefined ? {} : { protocols: flags.protocol.split(',').map((name) => name.trim()) }),
          ...(flags.filter === undefined ? {} : { filters: flags.filter }),
          ...(flags.parallel === undefined ? {} : { parallel: wholeNumber('--parallel', flags.parallel) }),
          ...(flags.seed === undefined ? {} : { seed: wholeNumber('--seed', flags.seed) }),
          ...(flags.maxFlaky === undefined ? {} : { maxFlaky: wholeNumber('--max-flaky', flags.maxFlaky) }),
          ...(flags.update === true ? { update: true } : {}),
        })
      } finally {
        await subject.close()
      }
    })
}

async function contractSubject(
  command: readonly string[],
  mode: 'dialer' | 'listener',
  out: string,
  { container, name, psk, security, muxer }: CheckFlags,
): Promise<Subject> {
  const { contractSubject: open } = await import('@p2pspec/interop/check/contract-subject')
  if (psk !== undefined)
    throw new UsageFailure('a node of the contract is told no key: --psk wants an address or a command that dials')
  return await open({
    image: container,
    command,
    mode,
    name: name ?? null,
    security,
    muxer,
    folder: `${out}/node`,
    onProgress: (text) => process.stderr.write(`${text}\n`),
  })
}

async function readKey(file: string): Promise<Uint8Array> {
  const { readNetworkKeyFile } = await import('../node/network-key-file.ts')
  return (await readNetworkKeyFile(file)).key
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new UsageFailure(`${flag} wants a whole number, not ${text}`)
  return value
}
