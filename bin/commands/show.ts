import type { Command } from 'commander'

export function addShowCommand(program: Command): void {
  program
    .command('show')
    .description('the road of every requirement of one protocol: said, made, tested')
    .argument('<name>', 'a protocol or record')
    .option('--gaps', 'only requirements that lack something')
    .action(async (name: string, { gaps = false }: { readonly gaps?: boolean }) => {
      const { show } = await import('@p2pspec/generator/show/show')
      const { projectRoot } = await import('@p2pspec/generator/load/project-root')
      const { styleText } = await import('node:util')
      const width = process.stdout.columns ?? 100
      process.stdout.write(
        show(projectRoot, name, {
          width,
          gaps,
          paint: (style, text) => styleText(style, text, { stream: process.stdout }),
        }),
      )
    })
}
