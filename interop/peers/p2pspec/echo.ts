import type { Stream } from '@p2pspec/generated/interfaces/stream'

export const echoProtocol = '/p2pspec/echo/1.0.0'

/** Sends back what arrives; ends its side when the remote has ended. */
export async function handleEcho(stream: Stream): Promise<void> {
  for (;;) {
    const next = stream.read()
    const chunk = next instanceof Promise ? await next : next
    if (chunk === null) break
    const full = stream.write(chunk)
    if (full !== undefined) await full
  }
  await stream.closeWrite()
}
