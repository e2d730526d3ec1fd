import type { QuicheConnection, QuicheHost } from './quiche-binding.ts'

/** Hands on whatever the library wants to send now; each packet is a memory of its own. */
export function sendPackets(
  connection: QuicheConnection,
  packetBytes: number,
  send: (packet: Uint8Array, to: QuicheHost) => void,
): void {
  for (;;) {
    const packet = Buffer.allocUnsafe(packetBytes)
    let sent: ReturnType<QuicheConnection['send']>
    try {
      sent = connection.send(packet)
    } catch {
      return
    }
    if (sent === null) return
    send(packet.subarray(0, sent[0]), sent[1].to)
  }
}
