const mebibyte = 1_048_576

/** The memory of this process at one moment, in bytes. */
export interface MemorySample {
  readonly atMs: number
  /** After a garbage collection where the process may ask for one. */
  readonly heap: number
  /** What the engine holds for its heap, room for fresh objects included; it takes more as it sees fit. */
  readonly committed: number
  /** Outside the heap: buffers. */
  readonly external: number
  readonly rss: number
  readonly connections: number
  readonly streams: number
}

/** How one kind of memory went, over what came after the warm-up. */
export interface MemoryTrend {
  readonly firstMedian: number
  readonly lastMedian: number
  /** Of a straight line through all samples. */
  readonly bytesPerHour: number
}

/** Takes samples in an even beat, and says whether memory was flat. */
export class MemoryWatch {
  readonly samples: MemorySample[] = []
  readonly #begin = performance.now()
  readonly #counts: () => { readonly connections: number; readonly streams: number }
  #timer: NodeJS.Timeout | undefined

  constructor(counts: () => { readonly connections: number; readonly streams: number }) {
    this.#counts = counts
  }

  start(everyMs: number): void {
    this.take()
    this.#timer = setInterval(() => this.take(), everyMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  take(): MemorySample {
    globalThis.gc?.()
    const { heapUsed: heap, heapTotal: committed, external, rss } = process.memoryUsage()
    const atMs = Math.round(performance.now() - this.#begin)
    const sample = { atMs, heap, committed, external, rss, ...this.#counts() }
    this.samples.push(sample)
    return sample
  }
}

/** Part of the samples that a warm-up takes: caches fill, code is compiled. */
const warmUp = 0.2

export function trendOf(samples: readonly MemorySample[], read: (sample: MemorySample) => number): MemoryTrend {
  const steady = samples.slice(Math.floor(samples.length * warmUp))
  const quarter = Math.max(1, Math.floor(steady.length / 4))
  return {
    firstMedian: median(steady.slice(0, quarter).map(read)),
    lastMedian: median(steady.slice(-quarter).map(read)),
    bytesPerHour: slope(steady.map((sample) => [sample.atMs / 3_600_000, read(sample)])),
  }
}

/** The last quarter holds no more than a tenth above the first, nor 4 MiB where that is more. */
export function isFlat({ firstMedian, lastMedian }: MemoryTrend): boolean {
  return lastMedian <= firstMedian + Math.max(firstMedian * 0.1, 4 * mebibyte)
}

export function inMebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const count = points.length
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count
  let above = 0
  let below = 0
  for (const [x, y] of points) {
    above += (x - meanX) * (y - meanY)
    below += (x - meanX) ** 2
  }
  return below === 0 ? 0 : above / below
}
