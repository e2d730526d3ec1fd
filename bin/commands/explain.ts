import type { Command } from 'commander'

/** `p2pspec explain <case id>`. */
export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .argument('<id>', 'a case id (protocol/role/…) or a requirement id (MSS-HDR-2)')
    .description('what a case sends, what is allowed, and which sentence of which document says so')
    .action(async (id: string) => {
      const { explain } = await import('@p2pspec/conformance/report/explain')
      const { found, text } = explain(id)
      if (found) process.stdout.write(text)
      else {
        process.stderr.write(text)
        process.exitCode = 2
      }
    })
}
