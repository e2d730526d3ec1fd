import { limits } from '@p2pspec/generated/common/limits'
import type { AddressKind, Path } from './address-kind.ts'

const { blackHoleWindow, blackHoleMinSuccesses } = limits.dialer

interface Outcome {
  readonly success: boolean
  readonly peer: string | undefined
}

interface PathRecord {
  readonly outcomes: Outcome[]
  successes: number
  held: number
}

/** Learns whether a kind of path (UDP, IPv6) leads anywhere at all from this node. Only public addresses tell. */
export class BlackHoles {
  readonly #paths: Readonly<Record<Path, PathRecord>> = {
    udp: { outcomes: [], successes: 0, held: 0 },
    ip6: { outcomes: [], successes: 0, held: 0 },
  }

  /** A peer counts with one failure in the window: whoever names a hundred dead addresses must not close a path to all others. */
  record(kind: AddressKind, success: boolean, peer: string | undefined): void {
    if (kind.reach !== 'public' || kind.relay) return
    for (const path of kind.paths) {
      const record = this.#paths[path]
      const isRepeated =
        !success && peer !== undefined && record.outcomes.some((one) => !one.success && one.peer === peer)
      if (isRepeated) continue
      record.outcomes.push({ success, peer })
      if (success) record.successes += 1
      if (record.outcomes.length > blackHoleWindow && record.outcomes.shift()?.success === true) record.successes -= 1
    }
  }

  /** The path of the address that leads nowhere, if one does. Does not count as a dial held back. */
  blocked(kind: AddressKind): Path | undefined {
    if (kind.reach !== 'public' || kind.relay) return undefined
    return kind.paths.find((path) => isBlackHole(this.#paths[path]))
  }

  /** Counts a dial that would be held back; true where this one is to go out all the same, to see whether the path has healed. */
  probes(path: Path): boolean {
    const record = this.#paths[path]
    record.held = (record.held + 1) % blackHoleWindow
    return record.held === 0
  }
}

function isBlackHole({ outcomes, successes }: PathRecord): boolean {
  return outcomes.length >= blackHoleWindow && successes < blackHoleMinSuccesses
}
