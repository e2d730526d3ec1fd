// The project's own node as a program of its own, so that a crash of it is a finding and not the end of the suite.
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { serveAgent } from './agent/embedded-agent.ts'
import { privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import { createNode } from '@p2pspec/runtime/node/create-node'
import { mplex } from '@p2pspec/runtime/protocols/mplex/mplex'
import { noise } from '@p2pspec/runtime/protocols/noise/noise'
import { ping } from '@p2pspec/runtime/protocols/ping/ping'
import { plaintext } from '@p2pspec/runtime/protocols/plaintext/plaintext'
import { tls } from '@p2pspec/runtime/protocols/tls/tls'
import { yamux } from '@p2pspec/runtime/protocols/yamux/yamux'

const DIAL_TIMEOUT_MS = 60_000
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { psk: { type: 'string' }, transport: { type: 'string', default: 'tcp' } },
})
const [command] = positionals
/** The key of a private network, in hex. */
const network = values.psk === undefined ? {} : { pnet: { key: new Uint8Array(Buffer.from(values.psk, 'hex')) } }
const privateKey = privateKeyFromSeed(new Uint8Array(32).fill(0x2a))
// What no node has by itself is here for the suite to judge.
const encrypters = [noise({ privateKey }), tls({ privateKey }), plaintext({ privateKey })]
const muxers = [yamux(), mplex()]
const listenAddress = values.transport === 'quic' ? '/ip4/127.0.0.1/udp/0/quic-v1' : '/ip4/127.0.0.1/tcp/0'

if (command === 'listen') {
  const node = await createNode({
    privateKey,
    encrypters,
    muxers,
    ...network,
    perf: true,
    listen: [listenAddress],
  })
  console.log(JSON.stringify({ event: 'listening', addresses: node.addresses }))
  // The suite holds the other end of standard input; when it goes, so does this node.
  process.stdin.resume().once('end', () => process.exit(0))
} else if (command === 'agent') {
  await serveAgent(await createNode({ privateKey, encrypters, muxers, ...network, listen: [listenAddress] }))
  process.exit(0)
} else {
  // A node of its own for each line `dial <multiaddr>`.
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, address = ''] = line.split(' ')
    if (word === 'dial') console.log(JSON.stringify(await dial(address)))
  }
}

/** Never rejects: what the remote does wrong is no fault of this program. */
async function dial(address: string): Promise<object> {
  const node = await createNode({ privateKey, encrypters, muxers, ...network })
  const signal = AbortSignal.timeout(DIAL_TIMEOUT_MS)
  try {
    await ping(await node.dial(address, { signal }), { signal })
    return { event: 'dialled' }
  } catch (error) {
    return { event: 'failed', reason: String(error) }
  } finally {
    await node.stop()
  }
}
