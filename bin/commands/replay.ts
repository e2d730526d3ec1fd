import type { Command } from 'commander'

/** `p2pspec replay results/…/transcript.json [address]`. */
export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .argument('<transcript>', 'transcript.json of an evidence folder')
    .argument(
      '[address or command...]',
      'where the subject listens now; for a dialer its command behind --, with {addr} in it',
    )
    .description('run only that case again, with the same seed, and print what crosses the wire')
    .action(async (transcript: string, rest: readonly string[]) => {
      const { replay } = await import('@p2pspec/conformance/report/replay')
      const [first] = rest
      const isAddress =
        first !== undefined &&
        first.startsWith('/') &&
        rest.length === 1 &&
        !rest.some((word) => word.includes('{addr}'))
      const target = first === undefined ? {} : isAddress ? { address: first } : { command: rest }
      process.exitCode = await replay({ transcript, ...target, write: (text) => process.stdout.write(text) })
    })
}
