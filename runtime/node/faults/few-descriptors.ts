// A node for a process that may open few files: listens, and dials what it is told on standard input. For tests.
import { createInterface } from 'node:readline'
import { createNode } from '../create-node.ts'

const node = await createNode({
  listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'],
  // More than there are descriptors: those are to run out first.
  limits: { maxPendingInbound: 1_000, maxConnections: 1_000 },
})
tell({ event: 'listening', addresses: node.addresses })
for await (const address of createInterface({ input: process.stdin })) {
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

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
