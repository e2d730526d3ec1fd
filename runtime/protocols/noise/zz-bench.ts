import { createSecretKey } from 'node:crypto'
import { NonceCounter } from './nonce-counter.ts'
import { FrameSealer } from './frame-sealer.ts'
import { FrameOpener } from './frame-opener.ts'
const key = createSecretKey(Buffer.alloc(32, 7))
function run(name: string, chunkSizes: number[], readSize: number, total: number, borrowed: boolean) {
  let got = 0,
    pieces = 0,
    sent = 0,
    writes = 0
  const opener = new FrameOpener(key, new NonceCounter(), (p) => {
    got += p.length
    pieces++
  })
  const readBuf = Buffer.alloc(readSize)
  let used = 0
  let tOpen = 0
  const out: Uint8Array[] = []
  const sealer = new FrameSealer(key, new NonceCounter(), (b) => {
    writes++
    sent += b.length
    out.push(b)
  })
  const chunks = chunkSizes.map((n) => Buffer.alloc(n, 3))
  let tSeal = 0
  while (got < total) {
    let t = process.cpuUsage().user
    const t0 = performance.now()
    for (const c of chunks) sealer.add(c)
    sealer.flush()
    const t1 = performance.now()
    tSeal += t1 - t0
    for (const b of out) {
      let o = 0
      while (o < b.length) {
        const n = Math.min(b.length - o, readSize - used)
        readBuf.set(b.subarray(o, o + n), used)
        used += n
        o += n
        if (used === readSize) {
          const t2 = performance.now()
          opener.push(readBuf)
          tOpen += performance.now() - t2
          used = 0
        }
      }
    }
    out.length = 0
  }
  console.log(
    name,
    'seal MB/s',
    (got / tSeal / 1000).toFixed(0),
    'open MB/s',
    (got / tOpen / 1000).toFixed(0),
    'pieces/MiB',
    (pieces / (got / 1048576)).toFixed(1),
    'writes/MiB',
    (writes / (got / 1048576)).toFixed(1),
  )
}
for (let i = 0; i < 2; i++) {
  run('yamux 12+65507, read 64K', Array(8).fill([12, 65507]).flat(), 65536, 300e6, true)
  run('yamux 12+65507, read 256K', Array(8).fill([12, 65507]).flat(), 262144, 300e6, true)
  run('yamux 12+16384, read 64K', Array(16).fill([12, 16384]).flat(), 65536, 300e6, true)
  run('yamux 12+100, read 64K', Array(500).fill([12, 100]).flat(), 65536, 30e6, true)
  run('read 1400', Array(8).fill([12, 65507]).flat(), 1400, 100e6, true)
}
