import { giveBack } from '../../../core/memory.ts'
import { InboundFrames } from './inbound-frames.ts'

/** A message in more chunks than these leaves them to the garbage collector. */
const mostHeld = 64

interface HeldChunk {
  readonly chunk: Uint8Array
  /** The last message that has bytes in it, counted from the connection's first. */
  readonly lastMessage: number
}

/**
 * Gives back the memory of what a socket has read, once the library has handed on every message of which it holds bytes and nobody
 * keeps any. Whatever is not that plain (control frames, a message that is kept, a frame that is refused) is left to the garbage collector.
 */
export class ReadMemory {
  readonly #frames: InboundFrames
  #held: HeldChunk[] = []
  #delivered = 0

  constructor(isClientRemote: boolean) {
    this.#frames = new InboundFrames(isClientRemote)
  }

  /** Before the library has seen the chunk. */
  arrived(chunk: Uint8Array): void {
    const frames = this.#frames
    if (frames.isStopped) return
    frames.follow(chunk)
    if (frames.isStopped || this.#held.length >= mostHeld) this.#held = []
    else if (!frames.hasControl) this.#held.push({ chunk, lastMessage: frames.messagesBegun })
  }

  /** The library handed a message on. `isDone`: nobody keeps any of it. */
  delivered(isDone: boolean): void {
    this.#delivered += 1
    if (!isDone) this.#held = []
  }

  /** After the library has read what it could of all chunks. */
  settle(): void {
    const held = this.#held
    let over = 0
    for (let each = held[0]; each !== undefined && each.lastMessage <= this.#delivered; each = held[over]) {
      giveBack(each.chunk)
      over += 1
    }
    if (over === held.length) held.length = 0
    else held.splice(0, over)
  }
}
