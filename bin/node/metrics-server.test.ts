import { connect, type Socket } from 'node:net'
import { limits } from '@p2pspec/generated/common/limits'
import t, { type Test } from 'tap'
import { MetricsServer } from './metrics-server.ts'

t.setTimeout(60_000)

t.test('the numbers are for who asks by an address, not for a page that leads its name here', async (t) => {
  const port = await started(t)
  for (const [host, status] of [
    ['127.0.0.1', 200],
    [`127.0.0.1:${port}`, 200],
    ['localhost:9100', 200],
    ['[::1]:9100', 200],
    ['evil.example', 403],
    [`evil.example:${port}`, 403],
    ['127.0.0.1.evil.example', 403],
    ['[evil', 403],
    ['', 403],
  ] as const)
    t.match(
      await answer(port, `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      ` ${status} `,
      host,
    )
  t.match(await answer(port, 'GET /metrics HTTP/1.0\r\n\r\n'), ' 403 ')
  for (const request of ['POST /metrics', 'GET /', 'GET //metrics', 'GET /metrics/../secret'])
    t.match(await answer(port, `${request} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`), ' 404 ', request)
  t.match(await answer(port, `GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`), ' 431 ')
})

t.test('whoever is slow with a request is let go, and holds no more connections than there are', async (t) => {
  const { maxConnections } = limits.metricsServer
  const port = await started(t)
  const crowd = await Promise.all(
    Array.from({ length: maxConnections + 10 }, async () => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      const told: Buffer[] = []
      socket.on('data', (chunk: Buffer) => told.push(chunk))
      socket.write('GET /metr')
      const closed = closeOf(socket)
      await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), closed])
      return closed.then(() => Buffer.concat(told).toString('latin1'))
    }),
  )
  // The node alone ends them: those it took say why, those above the limit hear nothing.
  const slow = crowd.filter((told) => / 408 /.test(told))
  t.equal(slow.length, maxConnections)
  t.equal(crowd.filter((told) => told === '').length, 10)
  t.match(await answer(port, 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'), ' 200 ')
})

async function started(t: Test): Promise<number> {
  const server = await MetricsServer.start('0')
  t.teardown(() => server.close())
  return Number(new URL(server.url).port)
}

async function answer(port: number, request: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(request)
  await closeOf(socket)
  return Buffer.concat(chunks).toString('latin1')
}

/** Resolves whatever ended the socket. */
async function closeOf(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}
