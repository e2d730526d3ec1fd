import type { Command } from 'commander'
import { UsageFailure } from '../usage-failure.ts'

interface MutantsOptions {
  readonly only?: string
  readonly each?: string
  readonly full: boolean
  readonly parallel: string
  readonly out?: string
}

/** `p2pspec mutants`: the mutation score of the suite. */
export function addMutantsCommand(program: Command): void {
  program
    .command('mutants')
    .option('--only <text>', 'only mutants whose id or requirement contains this')
    .option('--each <count>', 'only so many mutants of every protocol, always the same ones')
    .option('--full', 'run every case of the protocol, not only those that should notice', false)
    .option('--parallel <count>', 'nodes at the same time', '2')
    .option('--out <folder>', 'write mutants.md and mutants.json there')
    .description('seed one bug after another into our own node and see which cases notice')
    .action(async (options: MutantsOptions) => {
      const { readMutants, someOfEach } = await import('@p2pspec/conformance/mutants/mutant')
      const { runMutants } = await import('@p2pspec/conformance/mutants/run-mutants')
      const { mutationScore, writeMutationScore } = await import('@p2pspec/conformance/mutants/mutation-report')
      const { peerCommand } = await import('@p2pspec/interop/peers/commands')
      const wanted = options.only ?? ''
      const fitting = readMutants().filter(({ id, requirement }) => id.includes(wanted) || requirement.includes(wanted))
      const mutants = options.each === undefined ? fitting : someOfEach(fitting, wholeNumber(options.each))
      if (mutants.length === 0) throw new UsageFailure(`no mutant contains "${wanted}" in its id or requirement`)
      const results = await runMutants({
        command: await peerCommand('p2pspec'),
        mutants,
        full: options.full,
        parallel: Math.max(1, Number.parseInt(options.parallel, 10) || 1),
        onResult: ({ mutant, outcome, killers, note, seconds }) => {
          const [first] = killers
          const by =
            first === undefined ? note : `by ${first}${killers.length > 1 ? ` and ${killers.length - 1} more` : ''}`
          process.stdout.write(
            `${outcome.padEnd(8)} ${mutant.id} [${mutant.requirement}] ${by} (${seconds.toFixed(1)} s)\n`,
          )
        },
      })
      const score = mutationScore(results)
      process.stdout.write(
        `\n${score.killed} killed, ${score.survived} survived, ${score.broken} could not be judged\n`,
      )
      if (options.out !== undefined)
        for (const file of writeMutationScore(score, options.out)) process.stdout.write(`wrote ${file}\n`)
      process.exitCode = score.broken > 0 ? 2 : score.survived > 0 ? 1 : 0
    })
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageFailure(`--each takes a whole number above 0, not "${text}"`)
  return Number(text)
}
