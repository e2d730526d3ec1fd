import type { Command } from 'commander'

export function addGenerateCommand(program: Command): void {
  program
    .command('generate')
    .description('write generated/ from spec/')
    .argument('[protocol...]', 'only these protocols')
    .option('--check', 'write nothing; fail where generated/ is not what spec/ says')
    .action(async (protocols: readonly string[], { check = false }: { readonly check?: boolean }) => {
      const { generate } = await import('@p2pspec/generator/generate')
      const { projectRoot } = await import('@p2pspec/generator/load/project-root')
      const { differences, count } = await generate(projectRoot, { check, protocols })
      const verb = {
        missing: check ? 'missing' : 'written',
        changed: check ? 'changed' : 'rewritten',
        extra: check ? 'extra' : 'removed',
      }
      for (const { path, kind } of differences) console.log(`${verb[kind].padEnd(9)} generated/${path}`)
      if (differences.length === 0) console.log(`generated/ is up to date (${count} files)`)
      else if (check) {
        console.log(
          `${differences.length} of ${count} files differ: run \`p2pspec generate\` and commit what it writes`,
        )
        process.exitCode = 1
      }
    })
}
