import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { createNode } from '@p2pspec/runtime/node/create-node'
import type { TraceEvent } from '@p2pspec/runtime/node/trace/trace-event'

const ownHost = '/ip4/127.0.0.1/tcp/0'

await t.test('every event of two nodes and of a hostile dialer fits the published schema', async (t) => {
  const schema = JSON.parse(await readFile(new URL('../docs/trace.schema.json', import.meta.url), 'utf8')) as object
  const fits = new Ajv2020({ strict: false, allErrors: false }).compile(schema)
  const events: TraceEvent[] = []
  const trace = (event: TraceEvent): void => {
    events.push(event)
  }
  const server = await createNode({ listen: [ownHost], trace })
  server.handle('/throws/1.0.0', () => {
    throw new Error('on purpose')
  })
  const client = await createNode({ trace })
  const address = server.addresses[0] ?? ''
  const connection = await client.dial(address)
  for (const protocol of ['/throws/1.0.0', '/nobody/1.0.0']) {
    const stream = await connection.openStream(protocol)
    t.ok(await stream.closed, `${protocol} ends with an error`)
  }
  const hostile = connect(Number(address.split('/')[4]), '127.0.0.1')
  const refused = once(hostile, 'close')
  hostile.on('error', () => {})
  hostile.end('GET / HTTP/1.1\r\n\r\n')
  hostile.resume()
  await refused
  await t.rejects(client.dial('/ip4/127.0.0.1/tcp/1'))
  await client.stop()
  await server.stop()
  for (const event of events) {
    const line: unknown = JSON.parse(JSON.stringify(event))
    t.ok(fits(line), `${event.layer}/${event.type}`, { line, errors: fits.errors })
  }
  const seen = new Set(events.map(({ layer, type }) => `${layer}/${type}`))
  for (const wanted of [
    'transport/listening',
    'transport/dialling',
    'transport/connected',
    'transport/failed',
    'transport/closed',
    'security/secured',
    'negotiation/agreed',
    'negotiation/failed',
    'muxer/started',
    'muxer/stream-opened',
    'muxer/stream-closed',
    'muxer/ended',
    'protocol/identified',
    'protocol/handler-failed',
  ]) {
    t.ok(seen.has(wanted), `tells ${wanted}`)
  }
  t.notOk(fits({ timeMs: 1, layer: 'transport', type: 'closed' }), 'a line without its fields does not fit')
})
