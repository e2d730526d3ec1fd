import type { Machine, Message, Role } from '../../model/machine.ts'

/** Ways to break a frame; the names are those of generated/common/cases.ts. */
export type Malformation =
  | 'zero-length'
  | 'no-suffix'
  | 'over-limit'
  | 'huge-length'
  | 'non-minimal-length'
  | 'length-too-long'
  | 'truncated'
  | 'bad-utf8'
  | 'bad-protobuf'

/** Every way in which this machine's framing and messages can be malformed. */
export function malformationsOf(machine: Machine, role: Role): readonly Malformation[] {
  const { framing } = machine
  const received = role.events.flatMap(({ message }) => message ?? [])
  const textual = received.length > 0 && received.every(({ kind }) => kind === 'text' || kind === 'equals')
  const protobuf = received.length > 0 && received.every(({ kind }) => kind === 'proto')
  switch (framing.kind) {
    case 'manual':
      return []
    case 'fixed':
      return ['truncated']
    case 'u16be-prefixed':
      return ['truncated']
    case 'uvarint-prefixed':
      return [
        // Without a suffix, a count of 0 is an empty payload: for protobuf a legal message.
        ...(framing.suffix === undefined ? [] : (['zero-length', 'no-suffix'] as const)),
        'over-limit',
        'huge-length',
        'non-minimal-length',
        'length-too-long',
        'truncated',
        ...(textual ? (['bad-utf8'] as const) : []),
        ...(protobuf ? (['bad-protobuf'] as const) : []),
      ]
    default: {
      const missed: never = framing
      throw new Error(`unreachable: ${JSON.stringify(missed)}`)
    }
  }
}

/** The message that is broken: one whose payload is the same everywhere, else the first. */
export function brokenMessage(role: Role): Message | undefined {
  const received = role.events.flatMap(({ message }) => message ?? [])
  return received.find(({ kind }) => kind === 'equals') ?? received[0]
}

/** Requirements of one malformation: those that the machine names for it, else those of its row. */
export function malformationRequirements(
  machine: Machine,
  how: Malformation,
  row: readonly string[],
): readonly string[] {
  return machine.source.data.framing.malformed?.[how] ?? row
}
