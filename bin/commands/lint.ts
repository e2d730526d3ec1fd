import type { Command } from 'commander'

export function addLintCommand(program: Command): void {
  program
    .command('lint')
    .description('check spec/, and that every requirement is made and tested')
    .argument('[rule...]', 'only these rules')
    .option('--rules', 'list the rules')
    .action(async (only: readonly string[], { rules = false }: { readonly rules?: boolean }) => {
      if (rules) {
        const { lintRules } = await import('@p2pspec/generator/lint/rules')
        for (const { name, about } of lintRules) console.log(`${name.padEnd(22)} ${about}`)
        return
      }
      const { lint } = await import('@p2pspec/generator/lint/lint')
      const { formatProblem } = await import('@p2pspec/generator/load/problem')
      const { projectRoot } = await import('@p2pspec/generator/load/project-root')
      const result = await lint(projectRoot, only)
      for (const problem of result.problems) console.log(formatProblem(problem))
      const count = result.problems.length
      console.log(
        `${count === 0 ? '' : '\n'}${result.rules} rules, ${result.requirements} requirements: ${count === 0 ? 'nothing to complain of' : `${count} problem${count === 1 ? '' : 's'}`}`,
      )
      if (count > 0) process.exitCode = 1
    })
}
