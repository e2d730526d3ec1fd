import t from 'tap'
import { peerCommand } from '../peers/commands.ts'
import { bench } from './bench.ts'
import { limitsOf } from './limits.ts'
import { contenderOf, plans, scales, workNames } from './plan.ts'
import { markdownReport } from './report-markdown.ts'
import { plotSvg } from './report-plot.ts'
import { terminalTable } from './report-table.ts'
import { median, summarise, type Sample } from './sample.ts'
import { parseStack, stackWords, type Stack } from './stack.ts'

// Each figure is two processes or three: on a busy machine that takes longer than tests take otherwise.
t.setTimeout(300_000)

const timed = workNames.filter((work) => plans[work].scope === 'every')

await t.test(
  'every piece of work runs to its end between p2pspec and js, whoever dials, on every stack asked for',
  async (t) => {
    const commands = { p2pspec: await peerCommand('p2pspec'), js: await peerCommand('js') }
    const contenders = [contenderOf('p2pspec', 'js'), contenderOf('js', 'p2pspec')]
    const stacks = [stackOf('tcp+noise+yamux'), stackOf('tcp+tls+yamux')]
    const announced: number[] = []
    const { samples, misses, agents } = await bench({
      scale: scales.tiny,
      stacks,
      works: timed,
      contenders,
      commands,
      holders: ['p2pspec'],
      onProgress: ({ done, total }) => {
        announced.push(done)
        t.ok(done < total, 'the progress stays within what it announced')
      },
    })
    t.same(misses, [])
    t.same(
      announced,
      announced.map((_, index) => index),
    )
    t.match(agents, { p2pspec: /\S/, js: /^js-libp2p\// })
    for (const { name } of stacks) {
      for (const { label } of contenders) {
        const measured = samples.filter((sample) => sample.stack === name && sample.label === label)
        t.same(
          measured.map(({ work }) => work),
          timed,
          `${name}: ${label}`,
        )
      }
      for (const work of timed) {
        const limits = samples
          .filter((sample) => sample.stack === name && sample.work === work)
          .slice(contenders.length)
        t.same(
          limits.map(({ label }) => label),
          limitsOf(stackOf(name), plans[work]),
          `the limits of ${work} on ${name}`,
        )
      }
    }
    t.ok(
      samples.every(({ value }) => value > 0 && Number.isFinite(value)),
      'every figure is a number above zero',
    )
  },
)

await t.test('what a peer cannot do or does not survive is told, and stops nobody else', async (t) => {
  const commands = {
    p2pspec: await peerCommand('p2pspec'),
    js: [process.execPath, '--eval', 'process.exit(3)', '--'],
    // Listens, and goes away with the first thing that is asked of it.
    go: [process.execPath, '--eval', `console.log('{"event":"listening","addresses":["/ip4/127.0.0.1/tcp/1"]}')`, '--'],
  }
  const { samples, misses } = await bench({
    scale: scales.tiny,
    stacks: [stackOf('tcp+noise+yamux')],
    works: ['latency', 'stream', 'dial', 'idle'],
    contenders: [contenderOf('js', 'js'), contenderOf('p2pspec', 'go'), contenderOf('p2pspec', 'p2pspec')],
    commands,
    holders: ['js', 'p2pspec'],
    onProgress: () => {},
  })
  const labels = samples.filter(({ label }) => label === 'p2pspec').map(({ work }) => work)
  t.same(labels.toSorted(), ['dial', 'idle', 'latency', 'stream'])
  t.match(
    misses.filter(({ label }) => label === 'js').map(({ reason }) => reason),
    [/exit code 3/, /exit code 3/, /exit code 3/],
    'two failures on a stack are enough, and its memory is another matter',
  )
  t.equal(misses.filter(({ label }) => label === 'p2pspec → go').length, 2)
  t.notOk(samples.some(({ label }) => label === 'js' || label === 'p2pspec → go'))
})

await t.test('no further round begins when the time is up, and one round of everything runs in any case', async (t) => {
  const { samples } = await bench({
    scale: { ...scales.tiny, rounds: 1_000 },
    stacks: [stackOf('tcp+noise+yamux'), stackOf('ws+noise+yamux')],
    works: ['stream'],
    contenders: [contenderOf('p2pspec', 'p2pspec')],
    commands: { p2pspec: await peerCommand('p2pspec') },
    holders: ['p2pspec'],
    minutes: 0,
    onProgress: () => {},
  })
  t.same(
    samples.map(({ stack }) => stack),
    ['tcp+noise+yamux', 'ws+noise+yamux'],
  )
})

t.test('a stack is told by its parts, and what is none is refused', (t) => {
  t.same(stackWords(stackOf('tcp+noise+yamux')), ['--transport', 'tcp', '--security', 'noise'])
  t.same(stackWords(stackOf('wss+tls+mplex')), ['--transport', 'wss', '--security', 'tls', '--muxer', 'mplex'])
  t.same(stackWords(stackOf('quic')), ['--transport', 'quic'])
  const privateWords = stackWords(stackOf('pnet+noise+yamux'))
  t.same(privateWords.slice(0, -1), ['--transport', 'tcp', '--security', 'noise', '--psk'])
  t.match(privateWords.at(-1), /interop\/perf\/network\.key$/)
  for (const name of ['', 'tcp', 'tcp+noise', 'quic+noise', 'tcp+noise+yamux+x', 'udp+noise+yamux', 'tcp+ssh+yamux'])
    t.equal(parseStack(name), undefined, name)
  t.end()
})

await t.test('idle connections and streams are held by one peer and weighed in another', async (t) => {
  const commands = { p2pspec: await peerCommand('p2pspec') }
  const { samples, misses } = await bench({
    scale: scales.tiny,
    stacks: [stackOf('tcp+noise+yamux')],
    works: ['idle', 'idle-streams', 'start'],
    contenders: [contenderOf('p2pspec', 'p2pspec')],
    commands,
    holders: ['p2pspec'],
    onProgress: () => {},
  })
  t.same(misses, [])
  t.match(samples, [
    { stack: '', work: 'start', label: 'p2pspec' },
    { stack: 'tcp+noise+yamux', work: 'idle', label: 'p2pspec', heapKib: Number },
    { work: 'idle-streams', label: 'p2pspec', heapKib: Number },
  ])
})

await t.test('a ratio is taken within its round and says how many times better, also where less is better', (t) => {
  const sample = (round: number, work: Sample['work'], label: string, value: number): Sample => ({
    stack: 'tcp+noise+yamux',
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
  const first = { round: 0, stack: 'tcp+noise+yamux', work: 'bulk-up' } as const
  const summaries = summarise(
    [
      { ...first, label: 'js', value: 100, cpu: { dialer: 1.5, listener: 2.25 } },
      { ...first, label: 'go', value: 250, cpu: { dialer: 0.5, listener: undefined } },
      { ...first, label: 'raw TCP', value: 9_000 },
      { ...first, stack: 'quic', label: 'js', value: 25 },
    ],
    'js',
    () => false,
  )
  const table = { baseline: 'js', labels: ['js', 'go'] }
  const markdown = markdownReport({
    summaries,
    misses: [{ stack: 'quic', work: 'bulk-up', label: 'go', reason: 'it <b>broke' }],
    table,
    machine: { cpu: 'x', cores: 2, memoryGib: 4, system: 'y', node: 'v24', date: '2000-01-01' },
    scale: scales.tiny,
    agents: { js: '<script>|\u001b[31m' },
    holder: 'js',
  })
  t.match(markdown, '| Upload, one stream, MB/s | 100 | **250 (2.50×)** | 9,000 raw TCP |')
  t.match(markdown, '| **quic** |')
  t.match(markdown, '| Upload, one stream, MB/s | 25 | – |')
  t.match(markdown, '1.50 + 2.25')
  t.match(markdown, '0.50 + ?')
  t.match(markdown, '- go, quic, "Upload, one stream": no figure: it ?b?broke')
  t.notMatch(markdown, /<script|\u001b/)
  t.match(terminalTable(summaries, { ...table, details: true }), /Upload, one stream, MB\/s +100 /)
  const svg = plotSvg(summaries, { ...table, labels: ['js', 'go', '<b>'] })
  t.match(svg, '250 MB/s, 2.50× js')
  t.match(svg, '» 9,000 MB/s', 'a limit far beyond the race is cut and says so')
  t.notMatch(svg, '<b>')
  t.end()
})

function stackOf(name: string): Stack {
  const stack = parseStack(name)
  if (stack === undefined) throw new Error(`there is no stack ${name}`)
  return stack
}
