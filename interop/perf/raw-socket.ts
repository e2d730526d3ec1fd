// The physical limit beside the peers: the same pieces of work over plain TCP, in two processes.
import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'

const chunkBytes = 64 * 1024
const payload = new Uint8Array(32)
const [command, portText = '0', work = '', sizeText = '0', parallelText = '1'] = process.argv.slice(2)

if (command === 'listen') listen()
else await dial(Number(portText), work, Number(sizeText), Number(parallelText))

/** The first byte says what is wanted: `u` take bytes until the end, `d` and eight bytes send so many, `e` echo. */
function listen(): void {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', (error) => console.error(error.message))
    socket.once('data', (first: Buffer) => {
      const kind = String.fromCharCode(first[0] ?? 0)
      if (kind === 'u') {
        socket.on('data', () => {})
        socket.once('end', () => socket.end('.'))
      } else if (kind === 'd') {
        void sendZeros(socket, Number(first.readBigUInt64BE(1)))
      } else {
        if (first.length > 1) socket.write(first.subarray(1))
        socket.on('data', (data) => socket.write(data))
        socket.once('end', () => socket.end())
      }
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
    console.log(JSON.stringify({ event: 'listening', addresses: [String(address.port)], agent: 'raw TCP' }))
  })
  process.stdin.resume().once('end', () => process.exit(0))
}

async function dial(port: number, work: string, size: number, parallel: number): Promise<void> {
  const begin = performance.now()
  const result = await run(port, work, size, parallel)
  console.log(JSON.stringify({ event: 'result', work, seconds: (performance.now() - begin) / 1000, ...result }))
  process.exit(0)
}

async function run(port: number, work: string, size: number, parallel: number): Promise<object> {
  if (work === 'bulk-up' || work === 'bulk-down') {
    const socket = await open(port)
    const header = Buffer.alloc(9)
    header.write(work === 'bulk-up' ? 'u' : 'd')
    header.writeBigUInt64BE(BigInt(work === 'bulk-up' ? 0 : size), 1)
    const ended = once(socket, 'end')
    socket.on('data', () => {})
    socket.write(work === 'bulk-up' ? header.subarray(0, 1) : header)
    if (work === 'bulk-up') await sendZeros(socket, size)
    await ended
    socket.end()
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

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
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
