import { plans, type Scale } from './plan.ts'
import { markdownTable, type TableOptions } from './report-table.ts'
import type { Summary } from './sample.ts'

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
  readonly table: TableOptions
  readonly machine: Machine
  readonly scale: Scale
  readonly agents: Readonly<Record<string, string>>
  readonly holder: string
}

/** What stands in the README between its perf marks: the table and where to read more. */
export function readmeBlock({ summaries, table, machine, scale }: ReportInput): string {
  return `Dialer and listener in two processes on one machine (${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.date}), TCP + noise + yamux, ${scale.rounds} interleaved rounds; medians,
± half the spread, in parentheses how many times better than ${table.baseline} in the same round. How it was measured, and how to read it: [docs/perf.md](docs/perf.md).

${markdownTable(summaries, table)}

![The same figures as bars](docs/perf.svg)`
}

/** The page that goes with the plot: what was measured, on what, and how to read it. */
export function markdownReport({ summaries, table, machine, scale, agents, holder }: ReportInput): string {
  const agentList = Object.entries(agents).map(
    ([name, agent]) => `- ${name}: ${agent.replace(/[^\x20-\x7e]/g, '?').replace(/[<>&|`]/g, '?')}`,
  )
  const failures = summaries
    .filter(({ failures }) => failures > 0)
    .map(
      ({ work, label, failures }) =>
        `- ${label}: ${failures} attempts of "${plans[work].title}" went wrong and were made again`,
    )
  return `# Measured side by side

${machine.date}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}.
TCP + noise + yamux over loopback, dialer and listener in two processes, ${scale.rounds} interleaved rounds; medians, ± half the spread, in parentheses how many times better than ${table.baseline} in the same round.

![Bars of the same figures](perf.svg)

${markdownTable(summaries, table)}

${[...agentList, ...failures].join('\n')}

## How to read it

- Ratios are the figures to compare: absolute ones move with the machine and with what else it does.
- Bulk: ${(scale.bulkBytes / 1e6).toFixed(0)} MB by the perf protocol on one stream after a warm-up. CPU is user and system time of each process.
- Dial: a connection counts when 32 bytes have been echoed over it and it is closed. Each lane dials from a node with an identity of its own; identify runs on every connection, as it does by default.
  go-libp2p's host waits for identify before it opens the first stream. rust-libp2p's ping behaviour, which pings every new connection by itself, is left out of its measured nodes.
- Stream: open, 32 bytes there and back, close on both sides, on one connection.
- Idle: what ${scale.idleConnections} further connections, each from another identity, add to the listener's resident memory; all are opened by the ${holder} peer.
- Raw TCP is the same work by Node sockets without security and muxing; raw ChaCha20-Poly1305 is one core sealing full frames. They are limits, not contenders.
- Start: both Node implementations with Node's compile cache filled, so that stripping types from this project's sources does not count.
- Limits are lifted where a peer's defaults would refuse the work: js-libp2p's connections a second and host, pending and total connections and streams a protocol; go-libp2p's resource manager; rust-libp2p's idle timeout.
`
}
