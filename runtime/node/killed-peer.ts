// A node to be killed: listens, tells its address, and stays. `node killed-peer.ts <seed> <port>`
import { privateKeyFromSeed } from '../crypto/keys.ts'
import { createNode } from './create-node.ts'

const [seed = '1', port = '0'] = process.argv.slice(2)
const privateKey = privateKeyFromSeed(new Uint8Array(32).fill(Number(seed)))
const node = await createNode({ privateKey, listen: [`/ip4/127.0.0.1/tcp/${port}`] })
console.log(node.addresses[0])
// Ends with whoever started it.
process.stdin.resume()
process.stdin.once('end', () => process.exit())
