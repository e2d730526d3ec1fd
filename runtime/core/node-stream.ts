import { Duplex } from 'node:stream'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import { ForeignDuplex } from './foreign-duplex.ts'
import { copyBytes } from './memory.ts'

/** Any byte duplex as a Node stream. Destroying it resets the duplex. */
export function toNodeStream(duplex: ByteDuplex): Duplex {
  let drained: (() => void) | undefined
  const stream = new Duplex({
    allowHalfOpen: true,
    read() {
      duplex.resume()
    },
    write(chunk: Uint8Array, _encoding, done) {
      try {
        if (duplex.writeNow(chunk)) done()
        else drained = done
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
    final(done) {
      duplex.closeWriteNow()
      done()
    },
    destroy(error, done) {
      if (error !== null || !stream.readableEnded || !stream.writableFinished) duplex.reset(error ?? undefined)
      done(error)
    },
  })
  duplex.pause()
  duplex.consume({
    push(chunk) {
      if (!stream.push(duplex.borrowed ? copyBytes(chunk) : chunk)) duplex.pause()
    },
    end() {
      stream.push(null)
    },
    fail(error) {
      stream.destroy(error)
    },
    drain() {
      const done = drained
      drained = undefined
      done?.()
    },
  })
  return stream
}

/** A Node stream as a byte duplex. */
export function fromNodeStream(stream: Duplex): ByteDuplex {
  const duplex = new ForeignDuplex({
    write: (chunk) =>
      new Promise<void>((resolve, reject) => {
        stream.write(chunk, (error) => {
          if (error === undefined || error === null) resolve()
          else reject(error)
        })
      }),
    end: () =>
      new Promise<void>((resolve) => {
        stream.end(resolve)
      }),
    destroy: (reason) => {
      stream.destroy(reason)
    },
  })
  stream.on('data', (chunk: Uint8Array) => {
    const wait = duplex.received(chunk)
    if (wait === undefined) return
    stream.pause()
    void wait.then(() => stream.resume())
  })
  stream.once('end', () => {
    void duplex.received(null)
  })
  stream.once('error', (error) => {
    duplex.reset(error)
  })
  stream.once('close', () => {
    if (!stream.readableEnded || !stream.writableFinished) duplex.reset()
  })
  return duplex
}
