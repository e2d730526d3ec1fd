import { pair } from '@p2pspec/runtime/core/pair'
import { generatePrivateKey } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import { noise } from './noise.ts'
const a = generatePrivateKey(),
  b = generatePrivateKey()
const na = noise({ privateKey: a }),
  nb = noise({ privateKey: b })
const [l, r] = pair({ borrowed: true, maxChunkLength: 7 })
const [sa, sb] = await Promise.all([
  na.secureOutbound(l, { muxers: ['/x', '/yamux/1.0.0'], remotePeer: peerIdFromPublicKey(b.publicKey) }),
  nb.secureInbound(r, { muxers: ['/yamux/1.0.0'] }),
])
console.log(sa.muxer, sb.muxer, sa.remotePeer, sb.remotePeer, Buffer.compare(sa.handshakeHash, sb.handshakeHash))
sb.channel.consume({
  push: (c) => {
    console.log('got', Buffer.from(c).toString())
  },
  end: () => console.log('end'),
  fail: (e) => console.log('fail', e),
})
sa.channel.writeNow(Buffer.from('hello '))
sa.channel.writeNow(Buffer.from('world'))
sa.channel.closeWriteNow()
await new Promise((r) => setTimeout(r, 50))
for (let k = 0; k < 3; k++) {
  const t = performance.now()
  const c0 = process.cpuUsage()
  const n = 500
  for (let i = 0; i < n; i++) {
    const [l, r] = pair()
    await Promise.all([na.secureOutbound(l), nb.secureInbound(r)])
  }
  const c = process.cpuUsage(c0)
  console.log(
    'handshake (both sides) ms',
    ((performance.now() - t) / n).toFixed(3),
    'cpu',
    ((c.user + c.system) / n / 1000).toFixed(3),
  )
}
