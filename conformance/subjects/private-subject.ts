import { QuicWire } from '../tester/quic-wire.ts'
import { TesterError } from '../tester/tester-error.ts'
import type { Subject } from './subject.ts'

/** The same subject, in the private network of this key. */
export function privateSubject(subject: Subject, networkKey: Uint8Array): Subject {
  return {
    ...subject,
    async connect(keys, transcript, waitMs) {
      const connection = await subject.connect(keys, transcript, waitMs)
      if (connection.wire instanceof QuicWire)
        throw new TesterError('bad-case', 'transport', 'a private network has no QUIC')
      connection.wire.networkKey = networkKey
      return connection
    },
  }
}
