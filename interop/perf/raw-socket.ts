// The physical limit beside the peers: the same pieces of work over plain sockets or over TLS sockets (`--tls`), in two processes.
import { connect, createServer, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { once } from 'node:events'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { makeCertificate } from '@p2pspec/runtime/protocols/tls/own-certificate'

const chunkBytes = 64 * 1024
/** One buffer for everything that is read: the fastest way that Node has. */
const readBuffer = new Uint8Array(256 * 1024)
const payload = new Uint8Array(32)
const isSecure = process.argv.includes('--tls')
const [command, portText = '0', work = '', sizeText = '0', parallelText = '1'] = process.argv
  .slice(2)
  .filter((word) => word !== '--tls')

if (command === 'listen') listen()
else await dial(Number(portText), work, Number(sizeText), Number(parallelText))

/** The first byte says what is wanted: `d` and eight bytes send so many, `e` echo. */
function listen(): void {
  const serve = (socket: Socket): void => {
    socket.on('error', (error) => console.error(error.message))
    socket.once('data', (first: Buffer) => {
      if (String.fromCharCode(first[0] ?? 0) === 'd') {
        void sendZeros(socket, Number(first.readBigUInt64BE(1)))
        return
      }
      if (first.length > 1) socket.write(first.subarray(1))
      socket.on('data', (data) => socket.write(data))
      socket.once('end', () => socket.end())
    })
  }
  const options = { allowHalfOpen: true, noDelay: true }
  const server = isSecure ? createTlsServer({ ...options, ...certificate() }, serve) : createServer(options, serve)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
    console.log(JSON.stringify({ event: 'listening', addresses: [String(address.port)], agent: 'raw' }))
  })
  process.stdin.resume().once('end', () => process.exit(0))
}

function certificate(): { readonly cert: string; readonly key: string } {
  const { certificatePem, privateKeyPem } = makeCertificate(generatePrivateKey('ed25519'), Date.now())
  return { cert: certificatePem, key: privateKeyPem }
}

async function dial(port: number, work: string, size: number, parallel: number): Promise<void> {
  const begin = performance.now()
  const result = await run(port, work, size, parallel)
  console.log(JSON.stringify({ event: 'result', work, seconds: (performance.now() - begin) / 1000, ...result }))
  process.exit(0)
}

async function run(port: number, work: string, size: number, parallel: number): Promise<object> {
  // A socket is as fast in one direction as in the other: the dialer always receives.
  if (work === 'bulk-up' || work === 'bulk-down') {
    await receive(port, size)
    return {}
  }
  if (work === 'dial') {
    let started = 0
    const lane = async (): Promise<void> => {
      while (started++ < size) {
        const socket = await open(port)
        await echo(socket, Buffer.concat([Buffer.from('e'), payload]))
        socket.destroy()
      }
    }
    await Promise.all(Array.from({ length: parallel }, lane))
    return {}
  }
  const socket = await open(port)
  socket.write('e')
  const times: number[] = []
  for (let index = 0; index < size; index++) {
    const begin = performance.now()
    await echo(socket, payload)
    times.push(performance.now() - begin)
  }
  times.sort((a, b) => a - b)
  return { p50Ms: times[times.length >> 1] }
}

async function receive(port: number, size: number): Promise<void> {
  const header = Buffer.alloc(9)
  header.write('d')
  header.writeBigUInt64BE(BigInt(size), 1)
  let received = 0
  const onRead = (byteCount: number): boolean => {
    received += byteCount
    return true
  }
  const socket = isSecure
    ? await open(port)
    : connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: readBuffer, callback: onRead } })
  if (isSecure) socket.on('data', ({ byteLength }: Uint8Array) => onRead(byteLength))
  socket.write(header)
  await once(socket, 'end')
  socket.end()
  if (received !== size) throw new Error(`received ${received} of ${size} bytes`)
}

async function open(port: number): Promise<Socket> {
  const options = { port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true }
  if (isSecure) {
    const socket = connectTls({ ...options, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    return socket
  }
  const socket = connect(options)
  await once(socket, 'connect')
  return socket
}

async function echo(socket: Socket, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => {
    let received = 0
    const onData = (data: Uint8Array): void => {
      received += data.byteLength
      if (received < payload.byteLength) return
      socket.off('data', onData)
      resolve()
    }
    socket.on('data', onData)
    socket.write(bytes)
  })
}

async function sendZeros(socket: Socket, total: number): Promise<void> {
  const chunk = new Uint8Array(chunkBytes)
  for (let left = total; left > 0; left -= chunkBytes) {
    if (!socket.write(left < chunkBytes ? chunk.subarray(0, left) : chunk)) await once(socket, 'drain')
  }
  socket.end()
}
