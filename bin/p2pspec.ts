#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { Command } from 'commander'
import { addCheckCommand } from './commands/check.ts'
import { addClausesCommand } from './commands/clauses.ts'
import { addDigestCommand } from './commands/digest.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addGenerateCommand } from './commands/generate.ts'
import { addInteropCommand } from './commands/interop.ts'
import { addLintCommand } from './commands/lint.ts'
import { addMutantsCommand } from './commands/mutants.ts'
import { addNodeCommand } from './commands/node.ts'
import { addReplayCommand } from './commands/replay.ts'
import { addReportCommand } from './commands/report.ts'
import { addShowCommand } from './commands/show.ts'
import { failed } from './failed.ts'

// Each command loads what it needs when it runs; what was compiled once is kept.
enableCompileCache()

// Whoever reads may have seen enough, as `| head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const program = new Command('p2pspec')
  .description('libp2p as one specification: generate the code, run it, and check any node against it')
  .showHelpAfterError()

addCheckCommand(program)
addGenerateCommand(program)
addLintCommand(program)
addShowCommand(program)
addDigestCommand(program)
addExplainCommand(program)
addReplayCommand(program)
addReportCommand(program)
addClausesCommand(program)
addMutantsCommand(program)
addInteropCommand(program)
addNodeCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = failed(error)
}
