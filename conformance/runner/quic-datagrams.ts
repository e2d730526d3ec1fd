import type { CaseKeys } from '../tester/case-keys.ts'
import {
  cryptoFrameOf,
  readLongHeader,
  sealInitial,
  SMALLEST_DATAGRAM,
  TYPE_BITS,
  writeLongHeader,
} from '../tester/quic-initial.ts'
import { answerOf } from '../tester/quic-refusal.ts'
import type { InitialAnswer } from '../tester/quic-refusal.ts'
import type { QuicWire } from '../tester/quic-wire.ts'
import { seeded } from '../tester/seed.ts'
import { parameterFaults, withFault } from './quic-parameters.ts'

export const datagramKinds = [
  'garbage',
  'empty',
  'initial',
  'initial-small',
  'initial-truncated',
  'initial-damaged',
  'version-unknown',
  'version-unknown-small',
  ...parameterFaults,
] as const
export type DatagramKind = (typeof datagramKinds)[number]

/** One of those that are kept free so that everybody meets unknown ones. */
const UNKNOWN_VERSION = 0x1a2a3a4a
const ID_BYTES = 8
const RETRY = 0x30
/** An answer to a first packet is in the first few datagrams; a subject that floods is not read to its end. */
const MOST_ANSWERS = 16
const GARBAGE_LENGTHS = [1, 2, 7, 21, 64, 500, 1199, 1200, 1400]

/** Single datagrams that no QUIC library would send, and what came of them. */
export class QuicDatagrams {
  readonly #wire: QuicWire
  readonly #keys: CaseKeys
  /** Of the tester's in the first packets, and in the questions for versions. */
  #initialId: Uint8Array = new Uint8Array()
  /** The id that the tester made up for the subject: the keys of the answers follow from it. */
  #subjectId: Uint8Array = new Uint8Array()
  readonly #askingId: Uint8Array
  readonly #askedId: Uint8Array
  #initialBytes = 0

  constructor(wire: QuicWire, keys: CaseKeys) {
    this.#wire = wire
    this.#keys = keys
    this.#askingId = keys.networkNonce.subarray(0, ID_BYTES)
    this.#askedId = keys.networkNonce.subarray(ID_BYTES, 2 * ID_BYTES)
  }

  send(kind: DatagramKind): void {
    for (const datagram of this.#make(kind)) this.#wire.write(datagram)
  }

  /** True once the question for versions is answered. */
  versionsTold(waitMs: number): Promise<boolean> {
    return this.#wire.arrival.until(() => this.#versionList !== null, waitMs)
  }

  /** True once the subject has gone on with the handshake that a first packet began, or has ended it. */
  initialAnswered(waitMs: number): Promise<boolean> {
    const said = (): boolean => {
      const { accepted, closeCode } = this.#answer
      return accepted || closeCode !== null
    }
    return this.#wire.arrival.until(said, waitMs)
  }

  facts(): Readonly<Record<string, number | boolean>> {
    const answers = this.#wire.heads.filter(({ head }) => isFor(head, this.#initialId))
    const retries = answers.filter(({ head: [first = 0] }) => (first & TYPE_BITS) === RETRY)
    const answeredBytes = answers.reduce((sum, { length }) => sum + length, 0)
    const list = this.#versionList
    const { accepted, closeCode } = this.#answer
    return {
      accepted,
      ...(closeCode === null ? {} : { closeCode }),
      answers: answers.length,
      retries: retries.length,
      amplification: this.#initialBytes === 0 ? 0 : answeredBytes / this.#initialBytes,
      versionsTold: list !== null,
      listsVersion1: list?.versions.includes(1) ?? false,
      echoesIds: list !== null && Buffer.compare(list.sourceId, this.#askedId) === 0,
    }
  }

  get #answer(): InitialAnswer {
    return answerOf(this.#wire.datagrams.slice(0, MOST_ANSWERS), this.#subjectId)
  }

  get #versionList(): { readonly versions: readonly number[]; readonly sourceId: Uint8Array } | null {
    for (const { head } of this.#wire.heads) {
      const header = readLongHeader(head)
      if (header?.version !== 0 || !isFor(head, this.#askingId)) continue
      const { rest, sourceId } = header
      const versions = Array.from({ length: Math.floor(rest.length / 4) }, (_, index) =>
        Buffer.from(rest).readUInt32BE(index * 4),
      )
      return { versions, sourceId }
    }
    return null
  }

  #make(kind: DatagramKind): readonly Uint8Array[] {
    switch (kind) {
      case 'garbage':
        return GARBAGE_LENGTHS.flatMap((length) => {
          const bytes = seeded(length, 'garbage', length)
          // The first bit says whether the rest is to be read as a long header.
          return [0x7f, 0xff].map((mask) =>
            Uint8Array.from(bytes, (byte, at) => (at === 0 ? (byte | 0x80) & mask : byte)),
          )
        })
      case 'empty':
        return [new Uint8Array()]
      case 'version-unknown':
        return [this.#question(SMALLEST_DATAGRAM)]
      case 'version-unknown-small':
        return [this.#question(SMALLEST_DATAGRAM - 1)]
      case 'initial':
        return [this.#initial(SMALLEST_DATAGRAM)]
      case 'initial-small':
        return [this.#initial(0), this.#initial(SMALLEST_DATAGRAM - 1)]
      case 'initial-truncated':
        return [600, 40, 20, 8].map((length) => this.#initial(SMALLEST_DATAGRAM).subarray(0, length))
      case 'initial-damaged': {
        const packet = Uint8Array.from(this.#initial(SMALLEST_DATAGRAM))
        packet[packet.length - 1] = (packet.at(-1) ?? 0) ^ 1
        return [packet]
      }
      default:
        return [this.#initial(SMALLEST_DATAGRAM, (frames) => withFault(frames, kind))]
    }
  }

  #question(length: number): Uint8Array {
    const header = { version: UNKNOWN_VERSION, destinationId: this.#askedId, sourceId: this.#askingId }
    const headBytes = 7 + 2 * ID_BYTES
    return writeLongHeader(0xc0, { ...header, rest: new Uint8Array(length - headBytes) })
  }

  #initial(datagramBytes: number, alter: (frames: Uint8Array) => Uint8Array = (frames) => frames): Uint8Array {
    const honest = this.#wire.firstFlight(this.#keys)
    const header = readLongHeader(honest)
    if (header === null) throw new Error('a first packet is long')
    const { sourceId, destinationId } = header
    const sealed = sealInitial({ destinationId, sourceId, frames: alter(cryptoFrameOf(honest)), datagramBytes })
    this.#initialId = sourceId
    this.#subjectId = destinationId
    this.#initialBytes += sealed.length
    return sealed
  }
}

function isFor(packet: Uint8Array, id: Uint8Array): boolean {
  const header = readLongHeader(packet)
  return header !== null && id.length > 0 && Buffer.compare(header.destinationId, id) === 0
}
