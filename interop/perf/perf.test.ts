import t from 'tap'
import { peerCommand } from '../peers/commands.ts'
import { bench, rawCipherLabel, rawTcpLabel } from './bench.ts'
import { contenderOf, plans, scales, workNames } from './plan.ts'
import { markdownReport } from './report-markdown.ts'
import { plotSvg } from './report-plot.ts'
import { terminalTable } from './report-table.ts'
import { median, summarise, type Sample } from './sample.ts'

// Each figure is two processes or three: on a busy machine that takes longer than tests take otherwise.
t.setTimeout(120_000)

await t.test('every piece of work runs to its end between p2pspec and js, whoever dials', async (t) => {
  const commands = { p2pspec: await peerCommand('p2pspec'), js: await peerCommand('js') }
  const contenders = [contenderOf('p2pspec', 'js'), contenderOf('js', 'p2pspec')]
  const works = workNames.filter((work) => work !== 'idle')
  const announced: number[] = []
  const { samples, agents } = await bench({
    scale: scales.tiny,
    works,
    contenders,
    commands,
    holder: 'p2pspec',
    onProgress: ({ done, total }) => {
      announced.push(done)
      t.ok(done < total, 'the progress stays within what it announced')
    },
  })
  t.same(
    announced,
    announced.map((_, index) => index),
  )
  t.match(agents, { p2pspec: /\S/, js: /^js-libp2p\// })
  for (const { label } of contenders) {
    const measured = samples.filter((sample) => sample.label === label).map(({ work }) => work)
    t.same(measured, works, label)
  }
  t.ok(
    samples.every(({ value }) => value > 0 && Number.isFinite(value)),
    'every figure is a number above zero',
  )
  t.ok(samples.some(({ label }) => label === rawTcpLabel) && samples.some(({ label }) => label === rawCipherLabel))
})

await t.test('idle connections are held by one peer and weighed in another', async (t) => {
  const commands = { p2pspec: await peerCommand('p2pspec') }
  const { samples } = await bench({
    scale: scales.tiny,
    works: ['idle'],
    contenders: [contenderOf('p2pspec', 'p2pspec')],
    commands,
    holder: 'p2pspec',
    onProgress: () => {},
  })
  t.match(samples, [{ work: 'idle', label: 'p2pspec', heapKib: Number }])
})

await t.test('a ratio is taken within its round and says how many times better, also where less is better', (t) => {
  const sample = (round: number, work: Sample['work'], label: string, value: number): Sample => ({
    round,
    work,
    label,
    value,
  })
  const summaries = summarise(
    [
      sample(0, 'dial', 'js', 100),
      sample(0, 'dial', 'go', 300),
      sample(1, 'dial', 'js', 10),
      sample(1, 'dial', 'go', 40),
      sample(0, 'start', 'js', 400),
      sample(0, 'start', 'go', 100),
    ],
    'js',
    (work) => plans[work].unit.better === 'less',
  )
  t.match(
    summaries.find(({ work, label }) => work === 'dial' && label === 'go'),
    { median: 170, min: 40, max: 300, ratio: 3.5 },
  )
  t.match(
    summaries.find(({ work, label }) => work === 'start' && label === 'go'),
    { ratio: 4 },
  )
  t.equal(median([3, 1, 2]), 2)
  t.equal(median([4, 1, 2, 3]), 2.5)
  t.end()
})

await t.test('the reports tell every figure, mark the best one, and escape what a peer calls itself', (t) => {
  const summaries = summarise(
    [
      { round: 0, work: 'bulk-up', label: 'js', value: 100, cpu: { dialer: 1.5, listener: 2.25 } },
      { round: 0, work: 'bulk-up', label: 'go', value: 250, cpu: { dialer: 0.5, listener: undefined } },
      { round: 0, work: 'bulk-up', label: rawTcpLabel, value: 9_000 },
    ],
    'js',
    () => false,
  )
  const table = { baseline: 'js', labels: ['js', 'go'], limits: [rawTcpLabel] }
  const markdown = markdownReport({
    summaries,
    table,
    machine: { cpu: 'x', cores: 2, memoryGib: 4, system: 'y', node: 'v24', date: '2000-01-01' },
    scale: scales.tiny,
    agents: { js: '<script>|\u001b[31m' },
    holder: 'js',
  })
  t.match(markdown, '| Upload, one stream, MB/s | 100 ±0% | **250 ±0% (2.50×)** | 9,000 ±0% |')
  t.match(markdown, '1.50 + 2.25')
  t.match(markdown, '0.50 + ?')
  t.notMatch(markdown, /<script|\u001b/)
  t.match(terminalTable(summaries, table), /Upload, one stream, MB\/s +100 ±0%/)
  const svg = plotSvg(summaries, { ...table, labels: ['js', 'go', '<b>'] })
  t.match(svg, '250 MB/s, 2.50× js')
  t.match(svg, '» 9,000 MB/s', 'a limit far beyond the race is cut and says so')
  t.notMatch(svg, '<b>')
  t.end()
})
