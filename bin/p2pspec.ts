#!/usr/bin/env node
import { Command } from 'commander'
import { addDigestCommand } from './commands/digest.ts'
import { addGenerateCommand } from './commands/generate.ts'
import { failed } from './failed.ts'

const program = new Command('p2pspec')
  .description('libp2p as one specification: generate the code, run it, and check any node against it')
  .showHelpAfterError()

addGenerateCommand(program)
addDigestCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = failed(error)
}
