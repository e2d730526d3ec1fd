const slotBits = 6
const slotCount = 1 << slotBits
const levelCount = 5
/** Ticks that the whole wheel spans: about twelve days at a millisecond each. Longer waits go round again. */
const horizonTicks = 2 ** (slotBits * levelCount) - 1

export interface Timer {
  /** Takes the timer out; idempotent, and harmless after it fired. */
  cancel(): void
}

/**
 * A hierarchical timer wheel with ticks of one millisecond: starting and cancelling cost the same with one timer or a million,
 * and its owner needs a single platform timer for all of them.
 */
export class TimerWheel {
  readonly #slots: (Entry | undefined)[] = Array.from({ length: slotCount * levelCount }, () => undefined)
  #tick: number
  #size = 0
  #sequence = 0

  constructor(nowMs: number) {
    this.#tick = Math.floor(nowMs)
  }

  get size(): number {
    return this.#size
  }

  /** Fires `callback` at the first tick that is not before `deadlineMs`. */
  start(deadlineMs: number, callback: () => void): Timer {
    const entry = new Entry(this, Math.max(Math.ceil(deadlineMs), this.#tick + 1), this.#sequence++, callback)
    this.#insert(entry)
    this.#size += 1
    return entry
  }

  /** The next tick at which something may be due, or undefined with no timers. Never later than the earliest deadline. */
  nextTick(): number | undefined {
    if (this.#size === 0) return undefined
    let earliest = Infinity
    for (let level = 0; level < levelCount; level += 1) {
      const width = 2 ** (slotBits * level)
      const current = Math.floor(this.#tick / width)
      for (let ahead = level === 0 ? 1 : 0; ahead <= slotCount; ahead += 1) {
        if (this.#slots[level * slotCount + ((current + ahead) % slotCount)] === undefined) continue
        // A higher level's slot is opened when its span begins; the current one can hold timers only after a whole round.
        const opensAt = (ahead === 0 ? current + slotCount : current + ahead) * width
        earliest = Math.min(earliest, opensAt)
        if (ahead !== 0) break
      }
    }
    return earliest
  }

  /** Fires everything due up to `nowMs`, in order of deadline, then of start. */
  advance(nowMs: number): void {
    const target = Math.floor(nowMs)
    while (this.#tick < target) {
      const next = this.nextTick()
      if (next === undefined || next > target) {
        this.#tick = target
        return
      }
      this.#tick = next
      this.#cascade()
      this.#fire()
    }
  }

  /** Takes an entry out of its slot. For `Timer.cancel`. */
  remove(entry: Entry): void {
    if (entry.previous === undefined) this.#slots[entry.slot] = entry.next
    else entry.previous.next = entry.next
    if (entry.next !== undefined) entry.next.previous = entry.previous
    entry.previous = undefined
    entry.next = undefined
    this.#size -= 1
  }

  #insert(entry: Entry): void {
    const delta = Math.min(entry.deadline - this.#tick, horizonTicks)
    let level = 0
    while (level < levelCount - 1 && delta >= 2 ** (slotBits * (level + 1))) level += 1
    const width = 2 ** (slotBits * level)
    const slot = level * slotCount + (Math.floor((this.#tick + delta) / width) % slotCount)
    const head = this.#slots[slot]
    entry.slot = slot
    entry.next = head
    entry.previous = undefined
    if (head !== undefined) head.previous = entry
    this.#slots[slot] = entry
  }

  /** Spreads each higher slot whose span begins at this tick over the levels below it. */
  #cascade(): void {
    for (let level = 1; level < levelCount; level += 1) {
      const width = 2 ** (slotBits * level)
      if (this.#tick % width !== 0) return
      const slot = level * slotCount + (Math.floor(this.#tick / width) % slotCount)
      let entry = this.#slots[slot]
      this.#slots[slot] = undefined
      while (entry !== undefined) {
        const next: Entry | undefined = entry.next
        this.#insert(entry)
        entry = next
      }
    }
  }

  #fire(): void {
    const slot = this.#tick % slotCount
    const due: Entry[] = []
    for (let entry = this.#slots[slot]; entry !== undefined; entry = entry.next) {
      if (entry.deadline <= this.#tick) due.push(entry)
    }
    if (due.length > 1) due.sort((left, right) => left.sequence - right.sequence)
    // A callback may cancel another that is due now, so each is taken out only when its turn has come.
    for (const entry of due) entry.fire()
  }
}

class Entry implements Timer {
  readonly #wheel: TimerWheel
  #callback: (() => void) | undefined
  readonly deadline: number
  readonly sequence: number
  slot = 0
  previous: Entry | undefined
  next: Entry | undefined

  constructor(wheel: TimerWheel, deadline: number, sequence: number, callback: () => void) {
    this.#wheel = wheel
    this.deadline = deadline
    this.sequence = sequence
    this.#callback = callback
  }

  cancel(): void {
    if (this.#callback === undefined) return
    this.#callback = undefined
    this.#wheel.remove(this)
  }

  fire(): void {
    const callback = this.#callback
    this.cancel()
    callback?.()
  }
}
