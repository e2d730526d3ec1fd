// A node for a process that may open few files: listens, and dials what it is told on standard input. For tests.
import { createInterface } from 'node:readline'
import { createNode } from '../create-node.ts'
import { NodeMetrics } from '../metrics/node-metrics.ts'
import { toPrometheusText } from '../metrics/prometheus.ts'

const metrics = new NodeMetrics()
const node = await createNode({
  metrics,
  listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'],
  // More than there are descriptors: those are to run out first.
  limits: { maxPendingInbound: 1_000, maxConnections: 1_000 },
})
const refused: string[] = []
node.events.on('inbound-failed', ({ error }) => {
  if ('code' in error && error.code === 'out-of-descriptors') refused.push(error.message)
})
tell({ event: 'listening', addresses: node.addresses })
for await (const address of createInterface({ input: process.stdin })) {
  if (address === 'refused') {
    const counted = /p2pspec_failures_total\{direction="inbound",layer="descriptors"\} (\d+)/.exec(
      toPrometheusText(metrics.collect()),
    )
    tell({ event: 'refused', count: refused.length, counted: Number(counted?.[1] ?? 0), message: refused[0] })
    continue
  }
  try {
    const connection = await node.dial(address)
    await connection.close()
    // Its descriptor is free again.
    await connection.released
    tell({ event: 'dialled' })
  } catch (error) {
    tell({ event: 'failed', message: String(error) })
  }
}
await node.stop()
metrics.stop()

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
