import type { Command } from 'commander'
import { UsageFailure } from '../usage-failure.ts'

/** `p2pspec replay results/…/transcript.json [address]`. */
export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .argument('<transcript>', 'transcript.json of an evidence folder')
    .argument(
      '[address or command...]',
      'where the subject listens now; for a dialer its command behind --, with {addr} in it',
    )
    .option('--transport <name>', 'tcp or quic: what a dialer is to dial', 'tcp')
    .description('run only that case again, with the same seed, and print what crosses the wire')
    .action(async (transcript: string, rest: readonly string[], flags: { readonly transport: string }) => {
      const { replay } = await import('@p2pspec/conformance/report/replay')
      const { transportNamed } = await import('@p2pspec/conformance/subjects/subject')
      const transport = transportNamed(flags.transport)
      if (transport === undefined) throw new UsageFailure(`--transport wants tcp or quic, not ${flags.transport}`)
      const [first] = rest
      const isAddress =
        first !== undefined &&
        first.startsWith('/') &&
        rest.length === 1 &&
        !rest.some((word) => word.includes('{addr}'))
      const target = first === undefined ? {} : isAddress ? { address: first } : { command: rest }
      process.exitCode = await replay({
        transcript,
        ...target,
        transport,
        write: (text) => process.stdout.write(text),
      })
    })
}
