import type { ByteSink } from '@p2pspec/generated/interfaces/stream'
import t from 'tap'
import { StreamBase, writeHighWaterBytes } from './stream-base.ts'

/** A stream whose carrier only notes what it is asked for. */
class NotedStream extends StreamBase {
  readonly id = 1
  readonly direction = 'outbound'
  readonly asked: string[] = []

  get connection(): never {
    throw new Error('this stream has no connection')
  }

  onConsumed(): void {}

  protected sendChunk(chunk: Uint8Array): void {
    this.asked.push(`chunk of ${chunk.byteLength}`)
  }

  protected sendEnd(): void {
    this.asked.push('end')
  }

  protected sendReset(): void {
    this.asked.push('reset')
  }

  protected onReadClosed(): void {}
}

await t.test('the end of a stream waits for the negotiation that intercepts it, its bytes do not [MSS-OPT-2]', (t) => {
  const stream = new NotedStream(false)
  stream.intercept(sink(() => {}))
  stream.writeNow(new Uint8Array(3))
  stream.closeWriteNow()
  t.same(stream.asked, ['chunk of 3'])
  t.throws(() => stream.writeNow(new Uint8Array(1)), { code: 'write-closed' })
  stream.intercept(undefined)
  t.same(stream.asked, ['chunk of 3', 'end'])
  t.end()
})

await t.test('the end goes at once to a remote that is known to take it', (t) => {
  const stream = new NotedStream(false)
  stream.earlyEnd = true
  stream.intercept(sink(() => {}))
  stream.writeNow(new Uint8Array(3))
  stream.closeWriteNow()
  t.same(stream.asked, ['chunk of 3', 'end'])
  stream.intercept(undefined)
  t.same(stream.asked, ['chunk of 3', 'end'], 'and only once')
  t.end()
})

await t.test('an end that waits is not sent after a reset', (t) => {
  const stream = new NotedStream(false)
  stream.intercept(sink(() => {}))
  stream.closeWriteNow()
  stream.reset(new Error('no such protocol'))
  stream.intercept(undefined)
  t.same(stream.asked, ['reset'])
  t.end()
})

await t.test('an application that filled the buffer while a negotiation intercepts is told when it drains', (t) => {
  const stream = new NotedStream(false)
  const drained: string[] = []
  stream.consume(sink(() => drained.push('application')))
  stream.intercept(sink(() => drained.push('negotiation')))
  t.equal(stream.writeNow(new Uint8Array(writeHighWaterBytes)), false)
  stream.carrierSent(writeHighWaterBytes)
  t.same(drained.sort(), ['application', 'negotiation'])
  t.end()
})

function sink(drain: () => void): ByteSink {
  return { push() {}, end() {}, fail() {}, drain }
}
