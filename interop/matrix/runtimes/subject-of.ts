import { isSubject, type Subject } from '../../peers/peer-names.ts'
import type { Party } from '../cells.ts'
import { MatrixError } from '../matrix-error.ts'

/** The peer of interop/peers that a party is; `otherwise` says what else could be run. */
export function subjectOf(party: Party, otherwise: string): Subject {
  const subject = party.version === null ? party.peer : `${party.peer ?? ''}@${party.version}`
  if (subject !== undefined && isSubject(subject)) return subject
  throw new MatrixError(
    'no-image',
    `matrix.yaml gives ${party.label} neither ${otherwise} nor a peer of interop/peers: it cannot be run here`,
  )
}
