import fc from 'fast-check'
import t from 'tap'
import { SimulatedClock } from '../../core/simulated-clock.ts'
import { SwarmError } from '../errors.ts'
import { Resources } from './resources.ts'
import { scaleResourceLimits, type ResourceLimitOptions, type Refusal } from './scope-limits.ts'
import type { ConnectionScope } from './connection-scope.ts'
import type { StreamScope } from './stream-scope.ts'
import { formatResources, viewResources } from './view.ts'

const gibibyte = 1_073_741_824

function make(own: ResourceLimitOptions = {}, clock = new SimulatedClock()): Resources {
  return new Resources(scaleResourceLimits(gibibyte, own), clock)
}

function refusalOf(work: () => unknown): Refusal & { readonly code: string; readonly message: string } {
  try {
    const error = work()
    if (error instanceof SwarmError) throw error
  } catch (error) {
    if (error instanceof SwarmError && error.data.refusal !== undefined) {
      return { ...error.data.refusal, code: error.code, message: error.message }
    }
    throw error
  }
  throw new Error('nothing was refused')
}

function proven(resources: Resources, peer: string, address = '/ip4/192.0.2.1/tcp/1'): ConnectionScope {
  const connection = resources.openConnection('inbound', address)
  connection.setPeer(peer)
  return connection
}

/** Every scope must hold exactly what its open parts hold; with nothing open, nothing. */
function checkSums(resources: Resources): void {
  const sum = { streams: 0, bytes: 0, connections: 0 }
  for (const connection of resources.connections) {
    let streams = 0
    let bytes: number = connectionOverhead
    for (let stream = connection.streams; stream !== undefined; stream = stream.next) {
      streams += 1
      bytes += stream.bytes
    }
    if (connection.own.used('streams') !== streams || connection.own.bytes !== bytes)
      throw new Error('a connection is counted wrong')
    sum.connections += 1
    sum.streams += streams
    sum.bytes += bytes
  }
  const { system, transient } = resources
  const holders = [transient, ...resources.peers]
  for (const name of ['connections', 'streams', 'bytes'] as const) {
    if (system.used(name) !== sum[name])
      throw new Error(`the node counts ${system.used(name)} ${name}, not ${sum[name]}`)
    if (holders.reduce((total, scope) => total + scope.used(name), 0) !== sum[name])
      throw new Error(`peers count other ${name}`)
    for (const scope of [system, ...holders, ...resources.protocols]) {
      if (scope.used(name) > scope.limits[name]) throw new Error(`${scope.name} holds more ${name} than it may`)
    }
  }
}

const connectionOverhead = make().openConnection('inbound', '').own.bytes

t.test(
  'whatever is opened, moved, charged and closed in whatever order, sums hold, budgets hold and all returns to zero',
  async (t) => {
    const small: ResourceLimitOptions = {
      system: { connections: 6, streams: 12, bytes: 400_000 },
      transient: { inboundConnections: 2, outboundConnections: 2 },
      peer: { connections: 2, inboundStreams: 4, bytes: 200_000 },
      protocol: { streams: 5, bytes: 100_000 },
      connection: { streams: 4, bytes: 120_000 },
      stream: { bytes: 50_000 },
    }
    const step = fc.record({
      what: fc.constantFrom('connect', 'prove', 'stream', 'name', 'reserve', 'grow', 'release', 'end', 'disconnect'),
      which: fc.nat(20),
      bytes: fc.nat(60_000),
      inbound: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const resources = make(small)
        const connections: ConnectionScope[] = []
        const streams: { readonly scope: StreamScope; held: number }[] = []
        for (const { what, which, bytes, inbound } of steps) {
          const direction = inbound ? 'inbound' : 'outbound'
          const connection = connections[which % Math.max(connections.length, 1)]
          const stream = streams[which % Math.max(streams.length, 1)]
          try {
            if (what === 'connect') connections.push(resources.openConnection(direction, `/ip4/10.0.0.${which}/tcp/1`))
            else if (what === 'prove') connection?.setPeer(`peer-${which % 3}`)
            else if (what === 'stream' && connection?.peer !== undefined) {
              streams.push({ scope: connection.openStream(direction), held: 0 })
            } else if (what === 'name') stream?.scope.setProtocol(`/p/${which % 2}`)
            else if (what === 'reserve' && stream?.scope.reserve(bytes) === undefined && stream !== undefined)
              stream.held += bytes
            else if (what === 'grow' && stream?.scope.grow(bytes) === true) stream.held += bytes
            else if (what === 'release' && stream !== undefined) {
              const back = Math.min(stream.held, bytes)
              stream.held -= back
              stream.scope.release(back)
            } else if (what === 'end') stream?.scope.close()
            else if (what === 'disconnect') {
              connection?.close()
              if (connection !== undefined) connections.splice(connections.indexOf(connection), 1)
            }
          } catch (error) {
            if (!(error instanceof SwarmError) || error.data.refusal === undefined) throw error
          }
          checkSums(resources)
        }
        for (const connection of connections) connection.close()
        for (const { scope } of streams) scope.close()
        checkSums(resources)
        return (
          resources.system.isEmpty &&
          resources.transient.isEmpty &&
          [...resources.peers].length === 0 &&
          [...resources.protocols].every((protocol) => protocol.isEmpty)
        )
      }),
      { numRuns: 500 },
    )
    t.pass('no run left anything behind')
  },
)

t.test('a refusal names the scope, its budget, what is used, and who holds most', async (t) => {
  const resources = make({ system: { inboundStreams: 6 }, protocol: { streams: 4 } })
  const greedy = proven(resources, 'greedy')
  const modest = proven(resources, 'modest')
  for (let count = 0; count < 3; count += 1) greedy.openStream('inbound').setProtocol('/echo/1.0.0')
  modest.openStream('inbound').setProtocol('/echo/1.0.0')
  const unnamed = greedy.openStream('inbound')
  const byProtocol = refusalOf(() => unnamed.setProtocol('/echo/1.0.0'))
  t.match(byProtocol, { code: 'too-many-streams', scope: 'protocol', name: '/echo/1.0.0', limit: 4, used: 4 })
  t.same(byProtocol.holders, [
    { name: 'greedy', used: 3 },
    { name: 'modest', used: 1 },
  ])
  greedy.openStream('inbound')
  const bySystem = refusalOf(() => modest.openStream('inbound'))
  t.match(bySystem, { scope: 'system', resource: 'inboundStreams', limit: 6, used: 6 })
  t.same(bySystem.holders[0], { name: 'greedy', used: 5 })
  t.match(
    bySystem.message,
    /this node holds 6 of 6 inbound streams \(most: greedy 5, modest 1\).*limits\.resources\.system/,
  )
})

t.test('who is not proven has a small budget of its own, and leaves it when proven', async (t) => {
  const resources = make({ transient: { inboundConnections: 2 } })
  const first = resources.openConnection('inbound', '/ip4/192.0.2.7/tcp/1')
  resources.openConnection('inbound', '/ip4/192.0.2.7/tcp/2')
  const refused = refusalOf(() => resources.openConnection('inbound', '/ip4/192.0.2.7/tcp/3'))
  t.match(refused, { code: 'too-many-pending', scope: 'transient', limit: 2, used: 2 })
  t.same(refused.holders, [{ name: '/ip4/192.0.2.7', used: 2 }], 'connections of one host are one holder')
  first.setPeer('known')
  t.equal(resources.openConnection('inbound', '/ip4/192.0.2.8/tcp/3').peer, undefined)
  t.equal(resources.transient.inboundConnections, 2)
})

t.test('one peer cannot take the connections of others, and its refusal leaves no trace', async (t) => {
  const resources = make({ peer: { connections: 1 } })
  proven(resources, 'same')
  const second = resources.openConnection('inbound', '/ip4/192.0.2.1/tcp/2')
  t.match(
    refusalOf(() => second.setPeer('same')),
    { code: 'too-many-connections', scope: 'peer', name: 'same' },
  )
  second.close()
  t.equal(resources.system.used('connections'), 1)
  proven(resources, 'other')
  t.equal([...resources.peers].length, 2)
})

t.test('windows grow into a part of a budget only, and bytes that are there may use the rest', async (t) => {
  const resources = make({ connection: { bytes: 1_000_000 } })
  const stream = proven(resources, 'peer').openStream('inbound')
  t.equal(stream.grow(600_000), false)
  t.equal(stream.grow(400_000), true)
  t.equal(stream.grow(100_000), false)
  t.equal(stream.reserve(500_000), undefined)
  const refused = refusalOf(() => stream.reserve(100_000))
  t.match(refused, { code: 'too-many-bytes', scope: 'connection', limit: 1_000_000 })
  stream.release(500_000)
  t.equal(stream.reserve(100_000), undefined)
})

t.test('who is refused a thousand times in a second makes the node count holders once', async (t) => {
  const clock = new SimulatedClock()
  const resources = make({ system: { connections: 1 } }, clock)
  const first = proven(resources, 'first')
  const holders = (): unknown => refusalOf(() => resources.openConnection('inbound', '/ip4/192.0.2.2/tcp/1')).holders
  const seen = holders()
  first.close()
  proven(resources, 'second')
  t.equal(holders(), seen, 'the list of a moment ago serves')
  await clock.advance(1_001)
  t.same(holders(), [{ name: 'second', used: 1 }])
})

t.test('protocols that nobody uses any more are forgotten, however many names were used', async (t) => {
  const resources = make()
  const connection = proven(resources, 'peer')
  for (let count = 0; count < 2_000; count += 1) {
    const stream = connection.openStream('outbound')
    stream.setProtocol(`/name/${count}`)
    stream.close()
  }
  t.ok([...resources.protocols].length <= 256)
})

t.test('budgets follow the memory of the machine, and single figures can be set', async (t) => {
  const small = scaleResourceLimits(gibibyte)
  const large = scaleResourceLimits(64 * gibibyte)
  t.ok(large.system.bytes > 16 * gibibyte)
  t.ok(small.system.bytes < gibibyte / 2)
  t.ok(small.system.connections >= 10_000 && small.system.streams >= 100_000)
  t.equal(scaleResourceLimits(gibibyte, { peer: { connections: 3 } }).peer.connections, 3)
  t.same(scaleResourceLimits(1, { memoryBytes: gibibyte }), small)
})

t.test('the view is a copy that says who holds what, and its text names the biggest', async (t) => {
  const resources = make()
  const connection = proven(resources, '12D3KooWBig')
  connection.openStream('inbound').setProtocol('/echo/1.0.0')
  const view = viewResources(resources)
  connection.close()
  t.equal(view.system.used.streams, 1)
  t.match(view.connections[0], { direction: 'inbound', peer: '12D3KooWBig' })
  t.same(JSON.parse(JSON.stringify(view.system.used)), view.system.used)
  const text = formatResources(view)
  t.match(text, /12D3KooWBig +1 of 8 \(1 \+ 0\) +1 of 2048 \(1 \+ 0\)/)
  t.match(text, /\/echo\/1\.0\.0/)
  t.equal(viewResources(resources).system.used.streams, 0)
})
