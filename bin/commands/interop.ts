import type { Command } from 'commander'
import type { Selection } from '@p2pspec/interop/matrix/selection'
import { UsageFailure } from '../usage-failure.ts'

interface SelectFlags {
  readonly set?: string
  readonly only?: readonly string[]
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  readonly shard?: string
  readonly matrix?: string
}

interface RunFlags extends SelectFlags {
  readonly runtime: string
  readonly out: string
  readonly history?: string
  readonly known?: string
  readonly parallel: string
  readonly retries: string
  readonly capture?: boolean
  readonly plain?: boolean
  readonly update?: boolean
}

/** `p2pspec interop run | list | merge | clean`. */
export function addInteropCommand(program: Command): void {
  const interop = program
    .command('interop')
    .description('let real nodes meet: who dials, who listens, over what, to do what')
  selecting(interop.command('run'))
    .description('run a part of the matrix and report it')
    .option('--runtime <where>', 'docker, process, or auto: containers where an engine answers', 'auto')
    .option('--out <folder>', 'where the reports and the evidence go', 'results/interop')
    .option('--history <folder>', 'past results: each cell shows its trend, and this run is added')
    .option('--known <folder>', 'where <scenario>/known/matrix.yaml is read, other than interop/scenarios')
    .option('--parallel <count>', 'meetings at once', '2')
    .option('--retries <count>', 'tries more of what fails, only to tell steady from flaky', '2')
    .option('--capture', 'keep the packets of every meeting, and session keys where a program writes them')
    .option('--plain', 'plain lines, also on a terminal')
    .option('--update', 'write what happened into the expectations')
    .action(async (flags: RunFlags) => {
      const { meet } = await import('@p2pspec/interop/matrix/meet')
      const abort = new AbortController()
      process.once('SIGINT', () => abort.abort())
      process.exitCode = await meet({
        selection: await selectionOf(flags),
        runtime: oneOf('--runtime', flags.runtime, ['auto', 'docker', 'process']),
        out: flags.out,
        matrix: flags.matrix,
        known: flags.known,
        history: flags.history,
        parallel: wholeNumber('--parallel', flags.parallel),
        retries: wholeNumber('--retries', flags.retries),
        capture: flags.capture === true,
        update: flags.update === true,
        terminal: flags.plain === true ? 'plain' : 'auto',
        write: (text) => process.stdout.write(text),
        signal: abort.signal,
      })
    })
  selecting(interop.command('list'))
    .description('the ids of the selected cells')
    .action(async (flags: SelectFlags) => {
      const { listCells } = await import('@p2pspec/interop/matrix/meet')
      const cells = listCells(await selectionOf(flags), flags.matrix)
      process.stdout.write(cells.map(({ id }) => `${id}\n`).join(''))
    })
  interop
    .command('merge')
    .argument('<folder...>', 'the folders of all shards of one run')
    .option('--out <folder>', 'where the whole goes', 'results/interop-merged')
    .option('--history <folder>', 'past results: each cell shows its trend, and this run is added')
    .description('make one report of the shards of a run; the exit code is that of the whole')
    .action(async (folders: readonly string[], flags: { readonly out: string; readonly history?: string }) => {
      const { mergeAndReport } = await import('@p2pspec/interop/matrix/merge')
      process.exitCode = mergeAndReport(folders, {
        ...flags,
        write: (text) => process.stdout.write(text),
      })
    })
  interop
    .command('clean')
    .option('--all', 'also of runs that may still be alive on another machine', false)
    .description('remove containers, networks, volumes and processes that a killed run left')
    .action(async ({ all }: { readonly all: boolean }) => {
      const { cleanUp } = await import('@p2pspec/interop/matrix/clean')
      const removed = await cleanUp({ all })
      process.stdout.write(removed.length === 0 ? 'nothing was left\n' : `${removed.join('\n')}\n`)
    })
}

function selecting(command: Command): Command {
  return command
    .option('--set <name>', 'a named part of the matrix: pr, nightly, …')
    .option('--only <text...>', 'only ids that hold this, or match it where it has a *')
    .option(
      '--include <rule...>',
      'only what holds: axis=expression (transport=tcp|ws, dialer=go.*), or an expression on the id',
    )
    .option('--exclude <rule...>', 'not what holds')
    .option('--shard <i/n>', 'the i-th of n parts, which together are the whole')
    .option('--matrix <file>', 'another matrix file')
}

async function selectionOf({ set, only, include, exclude, shard }: SelectFlags): Promise<Selection> {
  const { parseShard } = await import('@p2pspec/interop/matrix/selection')
  return {
    ...(set === undefined ? {} : { set }),
    ...(only === undefined ? {} : { only }),
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(shard === undefined ? {} : { shard: parseShard(shard) }),
  }
}

function oneOf<T extends string>(flag: string, text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text)
  if (found === undefined) throw new UsageFailure(`${flag} wants ${words.join(', ')}, not ${text}`)
  return found
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new UsageFailure(`${flag} wants a whole number, not ${text}`)
  return value
}
