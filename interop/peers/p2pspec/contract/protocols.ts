import type { Connection } from '@p2pspec/generated/interfaces/connection'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import type { P2pNode } from '@p2pspec/runtime/node/create-node'
import { echoProtocol } from '../echo.ts'

export const greetProtocol = '/p2pspec/greet/1.0.0'
export const resetProtocol = '/p2pspec/reset/1.0.0'
export const stallProtocol = '/p2pspec/stall/1.0.0'
export const pushProtocol = '/p2pspec/push/1.0.0'
export const pushedProtocol = '/p2pspec/pushed/1.0.0'

export const greeting = new TextEncoder().encode('hello')

/** What a listener serves for the scenarios besides ping, identify, perf and echo. */
export function serveScenarios(node: P2pNode): void {
  node.handle(greetProtocol, async (stream) => {
    await stream.write(greeting)
    await stream.closeWrite()
    await drain(stream)
  })
  node.handle(resetProtocol, async (stream) => {
    await stream.read()
    stream.reset(new Error('the scenario asks for a reset'))
  })
  node.handle(stallProtocol, async (stream) => void (await stream.closed))
  node.handle(pushProtocol, async (stream) => {
    await drain(stream)
    // The node pushes identify by itself when what it serves changes.
    node.handle(pushedProtocol, (pushed) => pushed.reset())
    await stream.closeWrite()
  })
}

/** One stream, there and back. */
export async function echoOnce(connection: Connection, payload: Uint8Array): Promise<void> {
  const stream = await connection.openStream(echoProtocol)
  await stream.write(payload)
  await finishEcho(stream, payload)
}

/** Ends the own side, and checks that the payload comes back, and then the end. */
export async function finishEcho(stream: Stream, payload: Uint8Array): Promise<void> {
  await stream.closeWrite()
  const received = await drain(stream)
  if (!Buffer.from(payload).equals(received))
    throw new Error(`the echo of ${payload.byteLength} bytes was ${received.byteLength} bytes, or others`)
}

/** What comes until the end; little, since it is kept. */
export async function drain(stream: Stream): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for (;;) {
    const chunk = await stream.read()
    if (chunk === null) return Buffer.concat(chunks)
    chunks.push(chunk)
  }
}

/** Reads as many bytes as were sent, of a stream that goes on. */
export async function readBack(stream: Stream, byteCount: number): Promise<void> {
  let left = byteCount
  while (left > 0) {
    const chunk = await stream.read()
    if (chunk === null) throw new Error(`the stream ended ${left} bytes early`)
    left -= chunk.byteLength
  }
}
