import { SimulatedClock } from '@p2pspec/runtime/core/simulated-clock'
import { Resources } from '@p2pspec/runtime/swarm/resources/resources'
import { scaleResourceLimits } from '@p2pspec/runtime/swarm/resources/scope-limits'
import { Bench } from 'tinybench'

// What counting costs: it must stay far below the microsecond. `node interop/perf/micro/resources.bench.ts`
const rounds = 1_000
const resources = new Resources(scaleResourceLimits(16 * 1_073_741_824), new SimulatedClock())
const connection = resources.openConnection('inbound', '/ip4/192.0.2.1/tcp/1')
connection.setPeer('peer')
const stream = connection.openStream('inbound')
stream.setProtocol('/echo/1.0.0')
const bench = new Bench({ time: 400, warmupTime: 200 })

bench
  .add('open, name and close a stream', () => {
    for (let count = 0; count < rounds; count += 1) {
      const opened = connection.openStream('inbound')
      opened.setProtocol('/echo/1.0.0')
      opened.close()
    }
  })
  .add('reserve and release bytes of a stream', () => {
    for (let count = 0; count < rounds; count += 1) {
      stream.reserve(65_536)
      stream.release(65_536)
    }
  })
  .add('count a connection in, prove it, and count it out', () => {
    for (let count = 0; count < rounds; count += 1) {
      const opened = resources.openConnection('inbound', '/ip4/192.0.2.2/tcp/1')
      opened.setPeer('other')
      opened.close()
    }
  })

await bench.run()
console.table(
  bench.tasks.map(({ name, result }) => ({
    name,
    'median ns': result.state === 'completed' ? Math.round((result.latency.p50 * 1e6) / rounds) : Number.NaN,
  })),
)
