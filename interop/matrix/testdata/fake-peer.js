// A program that keeps the contract and speaks no libp2p: a double for tests of the matrix itself. Words on the command line make it misbehave.
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'

const words = process.argv.slice(2)
const env = process.env
const legacy = words.includes('legacy')
const isDialer = (legacy ? env.is_dialer : env.IS_DIALER) === 'true'
const [, redisHost, redisPort] = /^\[?(.*?)\]?:(\d+)$/.exec(legacy ? env.redis_addr : env.REDIS_ADDR)
// As the programs of unified-testing's transport test do.
const lists = legacy || words.includes('lists')
const key = legacy ? 'listenerAddr' : `${env.TEST_KEY}_listener_multiaddr`
const id = '12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X'

if (words.includes('unsupported')) process.exit(127)
if (isDialer && words.includes('refuses')) {
  console.error('Error: the peer id is not the one that was dialled')
  process.exit(1)
}
if (isDialer && words.includes('panics')) {
  console.error("thread 'main' panicked at src/main.rs:1")
  process.exit(101)
}
if (isDialer && words.includes('hangs')) setInterval(() => {}, 1000)
else if (isDialer) await dial()
else await listen()

async function listen() {
  const asked = legacy ? env.ip : env.LISTENER_IP
  const server = createServer((socket) => socket.pipe(socket))
  server.listen(0, asked, async () => {
    // As many programs of unified-testing do, which wait for an address that is none of the loopback.
    if (words.includes('outside') && asked === '127.0.0.1') return
    const host = ['0.0.0.0', '::'].includes(asked) ? outside(asked === '::' ? 'IPv6' : 'IPv4') : asked
    const address = `/ip${host.includes(':') ? 6 : 4}/${host}/tcp/${server.address().port}/p2p/${id}`
    await (lists ? redis('RPUSH', key, address) : redis('SET', key, address))
    if (words.includes('listener-ends')) {
      console.error('out of luck')
      process.exit(3)
    }
  })
}

function outside(family) {
  const all = Object.values(networkInterfaces()).flat()
  return all.find((one) => !one.internal && one.family === family && !one.address.startsWith('fe80')).address
}

async function dial() {
  let address
  while (typeof address !== 'string') address = await (lists ? redis('BLPOP', key, '60') : redis('GET', key))
  // Every second time, told by a mark in Redis.
  if (words.includes('flaky') && (await redis('INCR', `flaky-${words.at(-1)}`)) % 2 === 1) {
    console.error('not this time')
    process.exit(1)
  }
  const [, , host, , port, , peer] = address.split('/')
  if (peer !== id) {
    console.error(`Error: dialled ${peer} and found ${id}`)
    process.exit(1)
  }
  const socket = connect({ host, port: Number(port) })
  socket.on('error', (error) => {
    console.error(`Error: ${error.message}`)
    process.exit(1)
  })
  socket.on('close', () => {
    console.error('Error: the connection was closed')
    process.exit(1)
  })
  const bytes = Number(env.FAKE_BYTES ?? 4)
  let left = bytes
  socket.on('data', (chunk) => {
    left -= chunk.length
    if (left <= 0) done()
  })
  socket.write(Buffer.alloc(bytes))
}

function done() {
  if (legacy) console.log(JSON.stringify({ handshakePlusOneRTTMillis: 2.5, pingRTTMilllis: 0.5 }))
  else if (words.includes('chatty')) {
    // A test runner's own words stand around the result.
    console.log('> node\n\n  ping test: dialer\nlatency:\n  handshake_plus_one_rtt: 2.5\n  ping_rtt: 0.5\n  unit: ms\n    \u2714 pings\n\n  1 passing (1s)')
  } else if (!words.includes('mute')) console.log('latency:\n  handshake_plus_one_rtt: 2.5\n  ping_rtt: 0.5\n  unit: ms')
  process.exit(0)
}

async function redis(...parts) {
  const socket = connect({ host: redisHost, port: Number(redisPort) })
  socket.write(`*${parts.length}\r\n${parts.map((part) => `$${part.length}\r\n${part}\r\n`).join('')}`)
  const text = String(await new Promise((resolve) => socket.once('data', resolve)))
  socket.destroy()
  if (text.startsWith('-')) {
    console.error(`Error: ${text.trim()}`)
    process.exit(1)
  }
  if (text.startsWith(':')) return Number(text.slice(1))
  if (text.startsWith('*')) return text.split('\r\n')[4]
  return text.startsWith('$-1') ? undefined : text.startsWith('$') ? text.split('\r\n')[1] : text
}
