// Measures p2pspec beside js-libp2p, go-libp2p and rust-libp2p: node interop/perf/run.ts --help
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, release, totalmem, type } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { peerCommand } from '../peers/commands.ts'
import { isPeerName, peerNames, type PeerName } from '../peers/peer-names.ts'
import { bench, rawCipherLabel, rawTcpLabel, type BenchProgress } from './bench.ts'
import { contenderOf, plans, scales, workNames, type Contender, type Scale, type WorkName } from './plan.ts'
import { markdownReport, readmeBlock, type Machine, type ReportInput } from './report-markdown.ts'
import { plotSvg } from './report-plot.ts'
import { terminalTable, type TableOptions } from './report-table.ts'
import { summarise } from './sample.ts'

const usage = `node interop/perf/run.ts [options]
  --impl p2pspec,js,go,rust   who is measured, each against itself (default: all)
  --pairs go:p2pspec,…        dialer:listener pairs in place of --impl; "all" for every pair
  --work ${workNames.join(',')}
                              what is measured (default: all)
  --baseline js               whom the ratios refer to
  --rounds N                  interleaved rounds (default: 5; 3 with --quick)
  --quick                     smaller sizes: about a minute a pair less, wider spread
  --tiny                      shows that everything runs; the figures say nothing
  --out results/perf          where perf.json, perf.md and perf.svg go
  --readme                    writes perf.md and perf.svg to docs/ too, and the table between README.md's perf marks`

const { values } = parseArgs({
  options: {
    impl: { type: 'string' },
    pairs: { type: 'string' },
    work: { type: 'string' },
    baseline: { type: 'string', default: 'js' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
    out: { type: 'string', default: join('results', 'perf') },
    readme: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

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

async function run(): Promise<void> {
  const contenders = readContenders()
  const works = readList(values.work, workNames, isWorkName, 'work')
  const scale = readScale()
  const names = new Set(contenders.flatMap(({ dialer, listener }) => [dialer, listener]))
  const commands: Partial<Record<PeerName, readonly string[]>> = {}
  for (const name of names) {
    showLine(`building the ${name} peer where the cache does not have it`)
    commands[name] = await peerCommand(name)
  }
  const holder = (['rust', 'go', 'p2pspec', 'js'] as const).find((name) => names.has(name)) ?? 'js'

  const began = performance.now()
  const { samples, agents } = await bench({
    scale,
    works,
    contenders,
    commands,
    holder,
    onProgress: (progress) => showProgress(progress, began),
  })
  clearLine()

  const summaries = summarise(samples, values.baseline, (work) => plans[work].unit.better === 'less')
  const measured = new Set(samples.map(({ label }) => label))
  const table: TableOptions = {
    baseline: values.baseline,
    labels: contenders.map(({ label }) => label),
    limits: [rawTcpLabel, rawCipherLabel].filter((label) => measured.has(label)),
  }
  const machine = describeMachine()
  const report: ReportInput = { summaries, table, machine, scale, agents, holder }
  const figures = { format: 'perf/1', machine, scale, agents, baseline: values.baseline, summaries, samples }
  write(join(values.out, 'perf.json'), `${JSON.stringify(figures, undefined, 2)}\n`)
  for (const folder of values.readme ? [values.out, 'docs'] : [values.out]) {
    write(join(folder, 'perf.svg'), plotSvg(summaries, table))
    write(join(folder, 'perf.md'), markdownReport(report))
  }
  if (values.readme) write('README.md', replaceMarked(readFileSync('README.md', 'utf8'), readmeBlock(report)))
  console.log(terminalTable(summaries, table))
  console.log(
    `\n${['perf.md', 'perf.svg', 'perf.json'].map((file) => join(values.out, file)).join('  ')}  (${((performance.now() - began) / 1000).toFixed(0)} s)`,
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

function isWorkName(word: string): word is WorkName {
  return workNames.some((name) => name === word)
}

function readScale(): Scale {
  const scale = values.tiny ? scales.tiny : values.quick ? scales.quick : scales.full
  if (values.rounds === undefined) return scale
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1, not '${values.rounds}'`)
  return { ...scale, rounds }
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
  const left = done === 0 ? '' : `, about ${Math.ceil((elapsed / done) * (total - done))} s left`
  showLine(`${done + 1} of ${total}, ${elapsed.toFixed(0)} s${left}: ${doing}`)
}

function showLine(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`)
  else console.error(line)
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}
