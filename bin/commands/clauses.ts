import type { Command } from 'commander'

/** `p2pspec clauses <run folders…> --out docs`. */
export function addClausesCommand(program: Command): void {
  program
    .command('clauses')
    .argument('<folders...>', 'folders of runs, one per implementation and direction')
    .option('--out <folder>', 'where clauses.md, clauses.html and clauses.svg go', 'docs')
    .option('--page <file>', 'a Markdown page that gets the totals between its marks clauses:begin and clauses:end')
    .description('the table of every requirement × every implementation, from recorded runs')
    .action(async (folders: readonly string[], options: { readonly out: string; readonly page?: string }) => {
      const { writeClauses } = await import('@p2pspec/conformance/report/clauses/write-clauses')
      for (const file of writeClauses(folders, options.out, options.page)) process.stdout.write(`wrote ${file}\n`)
    })
}
