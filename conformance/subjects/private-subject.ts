import type { Subject } from './subject.ts'

/** The same subject, in the private network of this key. */
export function privateSubject(subject: Subject, networkKey: Uint8Array): Subject {
  return {
    ...subject,
    async connect(keys, transcript, waitMs) {
      const connection = await subject.connect(keys, transcript, waitMs)
      connection.socket.networkKey = networkKey
      return connection
    },
  }
}
