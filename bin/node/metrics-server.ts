import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { NodeMetrics } from '@p2pspec/runtime/node/metrics/node-metrics'
import { prometheusContentType, toPrometheusText } from '@p2pspec/runtime/node/metrics/prometheus'
import { limits } from '@p2pspec/generated/common/limits'
import { UsageFailure } from '../usage-failure.ts'

const { maxConnections, requestTimeout, maxHeaderBytes } = limits.metricsServer

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
    const server = createServer(
      {
        maxHeaderSize: maxHeaderBytes,
        headersTimeout: requestTimeout,
        requestTimeout,
        keepAliveTimeout: requestTimeout,
        connectionsCheckingInterval: requestTimeout / 2,
      },
      (request, response) => {
        const [status, type, text] = answerTo(request, metrics, host)
        response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(text)
      },
    )
    server.maxConnections = maxConnections
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
    // Errors of a running server (no file descriptors left) concern one connection that never was.
    server.on('error', () => undefined)
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

function answerTo(request: IncomingMessage, metrics: NodeMetrics, served: string): readonly [number, string, string] {
  // A page in a browser reaches this machine by a name of its own (DNS rebinding), and shows that name here.
  if (!isNameOf(served, request.headers.host)) return [403, 'text/plain', 'ask for it by its address\n']
  if (request.method !== 'GET' || request.url !== '/metrics') return [404, 'text/plain', 'GET /metrics\n']
  try {
    return [200, prometheusContentType, toPrometheusText(metrics.collect())]
  } catch {
    return [500, 'text/plain', 'the numbers cannot be told\n']
  }
}

/** Whether a request may name the server so: by an IP address, as localhost, or by the name that it was started with. */
function isNameOf(served: string, host: string | undefined): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(host ?? '') ?? []
  const name = bracketed ?? plain ?? ''
  return isIP(name) !== 0 || name === 'localhost' || name.toLowerCase() === served.toLowerCase()
}
