import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { NodeMetrics } from '@p2pspec/runtime/node/metrics/node-metrics'
import { prometheusContentType, toPrometheusText } from '@p2pspec/runtime/node/metrics/prometheus'
import { UsageFailure } from '../usage-failure.ts'

/** Serves `GET /metrics` for Prometheus. */
export class MetricsServer {
  readonly metrics: NodeMetrics
  readonly #server: Server

  constructor(server: Server, metrics: NodeMetrics) {
    this.#server = server
    this.metrics = metrics
  }

  /** `127.0.0.1:9100`, `[::1]:9100`, or a port alone, which is this machine's. */
  static async start(place: string): Promise<MetricsServer> {
    const [, host = '127.0.0.1', port = ''] = /^(?:\[?([^\]]+)\]?:)?(\d{1,5})$/.exec(place) ?? []
    if (port === '' || Number(port) > 65_535) {
      throw new UsageFailure(`--metrics takes a port or host:port such as 127.0.0.1:9100, not ${place}`)
    }
    const metrics = new NodeMetrics()
    const server = createServer((request, response) => {
      const found = request.method === 'GET' && request.url === '/metrics'
      response.writeHead(found ? 200 : 404, { 'content-type': found ? prometheusContentType : 'text/plain' })
      response.end(found ? toPrometheusText(metrics.collect()) : 'GET /metrics\n')
    })
    server.listen(Number(port), host)
    try {
      await once(server, 'listening')
    } catch (cause) {
      metrics.stop()
      throw new UsageFailure(
        `cannot serve metrics at ${place}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      )
    }
    return new MetricsServer(server, metrics)
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') return ''
    return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/metrics`
  }

  close(): void {
    this.metrics.stop()
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
