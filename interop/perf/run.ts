// Measures p2pspec beside js-libp2p, go-libp2p and rust-libp2p: node interop/perf/run.ts --help
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, release, totalmem, type } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { peerCommand } from '../peers/commands.ts'
import { isPeerName, peerNames, type PeerName } from '../peers/peer-names.ts'
import { bench, type BenchProgress, type BenchResult } from './bench.ts'
import { contenderOf, plans, scales, workNames, type Contender, type Scale, type WorkName } from './plan.ts'
import { markdownReport, readmeBlock, stacksOf, type Machine, type ReportInput } from './report-markdown.ts'
import { plotSvg } from './report-plot.ts'
import { terminalTable } from './report-table.ts'
import { summarise } from './sample.ts'
import { defaultStacks, parseStack, type Stack } from './stack.ts'

const usage = `node interop/perf/run.ts [options]
  --impl p2pspec,js,go,rust   who is measured, each against itself (default: all)
  --pairs go:p2pspec,…        dialer:listener pairs in place of --impl; "all" for every pair
  --stack ${defaultStacks.join(',')}
                              transport+security+muxer (default: all of these; pnet is tcp in a private network); memory is weighed on the first one
  --work ${workNames.join(',')}
                              what is measured (default: all)
  --baseline js               whom the ratios refer to
  --rounds N                  interleaved rounds (default: 5; 3 with --quick)
  --minutes N                 begins no further round that would end later (default: 11)
  --quick                     smaller sizes, wider spread
  --tiny                      shows that everything runs; the figures say nothing
  --out results/perf          where perf.json, perf.md, perf.svg and perf-stacks.svg go
  --readme                    writes all of it but the JSON to docs/ too, and the table between README.md's perf marks`

const values = readOptions()

if (values.help) console.log(usage)
else {
  try {
    await run()
  } catch (error) {
    clearLine()
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        impl: { type: 'string' },
        pairs: { type: 'string' },
        stack: { type: 'string', default: defaultStacks.join(',') },
        work: { type: 'string' },
        baseline: { type: 'string', default: 'js' },
        rounds: { type: 'string' },
        minutes: { type: 'string', default: '11' },
        quick: { type: 'boolean', default: false },
        tiny: { type: 'boolean', default: false },
        out: { type: 'string', default: join('results', 'perf') },
        readme: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exit(1)
  }
}

async function run(): Promise<void> {
  const began = performance.now()
  const contenders = readContenders()
  const works = readList(values.work, workNames, isWorkName, 'work')
  const stacks = readStacks()
  const scale = readScale()
  const minutes = readNumber('minutes', values.minutes)
  const names = new Set(contenders.flatMap(({ dialer, listener }) => [dialer, listener]))
  const commands: Partial<Record<PeerName, readonly string[]>> = {}
  for (const name of names) {
    showLine(`building the ${name} peer where the cache does not have it`)
    commands[name] = await peerCommand(name)
  }
  const holders = (['rust', 'go', 'p2pspec', 'js'] as const).filter((name) => names.has(name))
  const measuring = performance.now()
  const onProgress = (progress: BenchProgress): void => showProgress(progress, measuring)
  const result = await bench({ scale, stacks, works, contenders, commands, holders, minutes, onProgress })
  clearLine()
  report(result, contenders, scale, holders[0] ?? 'js')
  console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`)
}

function report(result: BenchResult, contenders: readonly Contender[], scale: Scale, holder: string): void {
  const { samples, misses, agents } = result
  const summaries = summarise(samples, values.baseline, (work) => plans[work].unit.better === 'less')
  const table = { baseline: values.baseline, labels: contenders.map(({ label }) => label) }
  const machine = describeMachine()
  const input: ReportInput = { summaries, misses, table, machine, scale, agents, holder }
  const figures = { format: 'perf/2', machine, scale, agents, baseline: values.baseline, summaries, misses, samples }
  write(join(values.out, 'perf.json'), `${JSON.stringify(figures, undefined, 2)}\n`)
  const stacks = stacksOf(summaries)
  const first = summaries.filter(({ stack }) => stack === stacks[0] || stack === '')
  for (const folder of values.readme ? [values.out, 'docs'] : [values.out]) {
    write(join(folder, 'perf.svg'), plotSvg(first, table))
    if (stacks.length > 1) write(join(folder, 'perf-stacks.svg'), plotSvg(summaries, table))
    write(join(folder, 'perf.md'), markdownReport(input))
  }
  if (values.readme) write('README.md', replaceMarked(readFileSync('README.md', 'utf8'), readmeBlock(input)))
  console.log(terminalTable(summaries, { ...table, details: true }))
  const missed = new Set(misses.map(({ stack, label, reason }) => `no figure: ${label} ${stack}: ${reason}`))
  for (const line of missed) console.log(line)
  console.log(
    `\n${['perf.md', 'perf.svg', 'perf-stacks.svg', 'perf.json'].map((file) => join(values.out, file)).join('  ')}`,
  )
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

function replaceMarked(page: string, block: string): string {
  const [begin, end] = ['<!-- perf:begin -->', '<!-- perf:end -->']
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`README.md has no ${begin} … ${end}`)
  return `${page.slice(0, from + begin.length)}\n${block}\n${page.slice(to)}`
}

function readContenders(): Contender[] {
  if (values.pairs === undefined)
    return readList(values.impl, peerNames, isPeerName, 'implementation').map((name) => contenderOf(name, name))
  if (values.pairs === 'all')
    return peerNames.flatMap((dialer) => peerNames.map((listener) => contenderOf(dialer, listener)))
  return values.pairs.split(',').map((pair) => {
    const [dialer = '', listener = ''] = pair.split(':')
    if (!isPeerName(dialer) || !isPeerName(listener))
      throw new Error(`--pairs takes dialer:listener of ${peerNames.join(', ')}, not '${pair}'`)
    return contenderOf(dialer, listener)
  })
}

function readList<T extends string>(
  text: string | undefined,
  all: readonly T[],
  isOne: (word: string) => word is T,
  what: string,
): readonly T[] {
  if (text === undefined) return all
  return text.split(',').map((word) => {
    if (!isOne(word)) throw new Error(`there is no ${what} '${word}': take ${all.join(', ')}`)
    return word
  })
}

function readStacks(): Stack[] {
  return values.stack.split(',').map((name) => {
    const stack = parseStack(name)
    if (stack === undefined) throw new Error(`there is no stack '${name}': take ${defaultStacks.join(', ')}`)
    return stack
  })
}

function isWorkName(word: string): word is WorkName {
  return workNames.some((name) => name === word)
}

function readScale(): Scale {
  const scale = values.tiny ? scales.tiny : values.quick ? scales.quick : scales.full
  if (values.rounds === undefined) return scale
  return { ...scale, rounds: readNumber('rounds', values.rounds) }
}

function readNumber(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${option} takes a whole number from 1, not '${text}'`)
  return value
}

function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  }
}

function showProgress({ done, total, doing }: BenchProgress, began: number): void {
  const elapsed = (performance.now() - began) / 1000
  const left = done === 0 ? '' : `, about ${Math.max(0, Math.ceil((elapsed / done) * (total - done)))} s left`
  showLine(`${done + 1} of ${total}, ${elapsed.toFixed(0)} s${left}: ${doing}`)
}

function showLine(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`)
  else console.error(line)
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}
