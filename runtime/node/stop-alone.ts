// Stops a node when nothing but waiting timers are left in the process: a network in memory, and a stream whose end is on its way.
import { writeSync } from 'node:fs'
import { memory, MemoryNetwork } from '../swarm/transports/memory/memory.ts'
import { createNode } from './create-node.ts'

const busy = setInterval(() => undefined, 1_000)
const network = new MemoryNetwork()
const server = await createNode({ transports: [memory({ network, latencyMs: 50 })], listen: ['/memory/1'] })
const client = await createNode({ transports: [memory({ network, latencyMs: 50 })] })
const [address] = server.addresses
if (address === undefined) throw new Error('the server has an address')
await client.dial(address)
clearInterval(busy)
await client.stop()
writeSync(1, 'stopped')
