import { plans, type Scale, type WorkName } from './plan.ts'
import { markdownTable, type TableOptions } from './report-table.ts'
import type { Miss, Summary } from './sample.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly system: string
  readonly node: string
  readonly date: string
}

export interface ReportInput {
  readonly summaries: readonly Summary[]
  readonly misses: readonly Miss[]
  readonly table: Pick<TableOptions, 'baseline' | 'labels'>
  readonly machine: Machine
  readonly scale: Scale
  readonly agents: Readonly<Record<string, string>>
  readonly holder: string
}

/** What the README tells of the stacks behind the first one. */
const shortWorks: readonly WorkName[] = ['bulk-up', 'bulk-down', 'dial-50', 'stream-100']

/** What stands in the README between its perf marks: the table and where to read more. */
export function readmeBlock({ summaries, table, machine }: ReportInput): string {
  const [first = ''] = stacksOf(summaries)
  const main = summaries.filter(({ stack }) => stack === first || stack === '')
  const others = summaries.filter(({ stack, work }) => stack !== first && stack !== '' && shortWorks.includes(work))
  return `Dialer and listener in two processes on one machine (${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.date}), ${roundsOf(summaries)}; medians,
± half the spread, in parentheses how many times better than ${table.baseline} in the same round. How it was measured, and how to read it: [docs/perf.md](docs/perf.md).

${markdownTable(main, { ...table, details: true })}

![The same figures as bars](docs/perf.svg)
${others.length === 0 ? '' : `\nOther stacks ([all figures](docs/perf.md)):\n\n${markdownTable(others, { ...table, details: false })}\n`}`
}

/** The page that goes with the plot: what was measured, on what, and how to read it. */
export function markdownReport(input: ReportInput): string {
  const { summaries, misses, table, machine, scale, agents, holder } = input
  const agentList = Object.entries(agents).map(([name, agent]) => `- ${name}: ${plain(agent)}`)
  const failures = summaries
    .filter(({ failures }) => failures > 0)
    .map(
      ({ stack, work, label, failures }) =>
        `- ${label}, ${stack}: ${failures} attempts of "${plans[work].title}" went wrong and were made again`,
    )
  const missed = [...new Set(misses.map(missLine))]
  const [first = '', ...more] = stacksOf(summaries)
  return `# Measured side by side

${machine.date}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}.
Over loopback, dialer and listener in two processes, ${roundsOf(summaries)}; medians, ± half the spread, in parentheses how many times better than ${table.baseline} in the same round.

![Bars of the figures on ${first}](perf.svg)

${markdownTable(summaries, { ...table, details: true })}

${more.length === 0 ? '' : '![Bars of the figures on every stack](perf-stacks.svg)\n\n'}${[...agentList, ...failures, ...missed].join('\n')}

Where the time goes, and what stays behind: [performance.md](performance.md).

## How to read it

- Ratios are the figures to compare: absolute ones move with the machine and with what else it does.
- Bulk: ${(scale.bulkBytes / 1e6).toFixed(0)} MB (a quarter over QUIC, twice as much in plaintext) by the perf protocol on one stream after a warm-up. CPU is user and system time of each process.
- Dial: a connection counts when 32 bytes have been echoed over it and it is closed. Each lane dials from a node with an identity of its own; identify runs on every connection, as it does by default.
  go-libp2p's host waits for identify before it opens the first stream. rust-libp2p's ping behaviour, which pings every new connection by itself, is left out of its measured nodes.
- Stream: open, 32 bytes there and back, close on both sides, on one connection.
- Idle: what ${scale.idleConnections} further connections, each from another identity, or ${scale.idleStreams} further streams on a new connection add to the listener's resident memory; all are opened by the ${holder} peer.
- Limits are no contenders: raw TCP and raw TLS are the same work on Node's sockets without anything of libp2p (bytes received into one reused buffer over TCP), raw ChaCha20-Poly1305 is one core sealing full frames.
- Start: both Node implementations with Node's compile cache filled, so that stripping types from this project's sources does not count.
- Install: this project's runtime as it would be published, with every transport; js-libp2p with TCP, noise, yamux, identify and ping alone.
- Limits of the peers are lifted where their defaults would refuse the work: js-libp2p's connections a second and host, pending and total connections and streams a protocol; go-libp2p's resource manager; rust-libp2p's idle timeout; p2pspec's connections and echo streams a peer.
- – : the implementation has no such stack, or failed; the reasons stand above.
`
}

/** Names of the stacks in the order in which they were measured. */
export function stacksOf(summaries: readonly Summary[]): string[] {
  return [...new Set(summaries.map(({ stack }) => stack))].filter((stack) => stack !== '')
}

function roundsOf(summaries: readonly Summary[]): string {
  const counts = summaries.filter(({ work }) => plans[work].scope === 'every').map(({ rounds }) => rounds)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return counts.length === 0 ? 'one round' : `${least === most ? most : `${least} to ${most}`} interleaved rounds`
}

function missLine({ stack, work, label, reason }: Miss): string {
  return `- ${label}${stack === '' ? '' : `, ${stack}`}, "${plans[work].title}": no figure: ${plain(reason)}`
}

/** What a peer calls itself, and how it fails, is its own word: none of it is markup here. */
function plain(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[<>&|`]/g, '?')
    .slice(0, 200)
}
