import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import { ForeignDuplex } from './foreign-duplex.ts'
import { copyBytes } from './memory.ts'

export interface WebDuplex {
  readonly readable: ReadableStream<Uint8Array>
  readonly writable: WritableStream<Uint8Array>
}

/** Any byte duplex as a pair of Web Streams. Cancelling or aborting either side resets the duplex. */
export function toWebStream(duplex: ByteDuplex): WebDuplex {
  let drained: PromiseWithResolvers<void> | undefined
  let failure: Error | undefined
  let writableController: WritableStreamDefaultController | undefined
  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        duplex.pause()
        duplex.consume({
          push(chunk) {
            controller.enqueue(duplex.borrowed ? copyBytes(chunk) : chunk)
            if ((controller.desiredSize ?? 0) <= 0) duplex.pause()
          },
          end() {
            controller.close()
          },
          fail(error) {
            failure = error
            controller.error(error)
            writableController?.error(error)
            drained?.reject(error)
          },
          drain() {
            drained?.resolve()
            drained = undefined
          },
        })
      },
      pull() {
        duplex.resume()
      },
      cancel(reason) {
        duplex.reset(reason instanceof Error ? reason : undefined)
      },
    },
    { highWaterMark: 65_536, size: (chunk) => chunk?.byteLength ?? 0 },
  )
  const writable = new WritableStream<Uint8Array>({
    start(controller) {
      writableController = controller
      if (failure !== undefined) controller.error(failure)
    },
    async write(chunk) {
      if (duplex.writeNow(chunk)) return
      drained ??= Promise.withResolvers<void>()
      await drained.promise
    },
    close() {
      duplex.closeWriteNow()
    },
    abort(reason) {
      duplex.reset(reason instanceof Error ? reason : undefined)
    },
  })
  return { readable, writable }
}

/** A pair of Web Streams as a byte duplex. */
export function fromWebStream(streams: WebDuplex): ByteDuplex {
  const reader = streams.readable.getReader()
  const writer = streams.writable.getWriter()
  const duplex = new ForeignDuplex({
    write: (chunk) => writer.write(chunk),
    end: () => writer.close(),
    destroy: (reason) => {
      void Promise.allSettled([reader.cancel(reason), writer.abort(reason)])
    },
  })
  void pump(reader, duplex)
  return duplex
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, duplex: ForeignDuplex): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) {
        void duplex.received(null)
        return
      }
      await duplex.received(value)
    }
  } catch (error) {
    duplex.reset(error instanceof Error ? error : new Error(String(error)))
  }
}
