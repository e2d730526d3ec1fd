import type { Cell, Party } from './cells.ts'
import type { Scenario, Spelling } from './matrix-file.ts'

/** The contract between the matrix and a program that it runs: environment in, Redis between the two, YAML on stdout, an exit code. */

export type Role = 'dialer' | 'listener'

/** The program does not know the scenario, or what the scenario asks for. */
export const unsupportedCode = 127

export interface Meeting {
  readonly cell: Pick<Cell, 'stack'>
  readonly scenario: Pick<Scenario, 'environment' | Role>
  /** Names this meeting in Redis: the two sides of one meeting share it. */
  readonly key: string
  /** host:port */
  readonly redis: string
  readonly listenOn: string
  readonly seconds: number
  /** Folder for the keys of the session, as the program sees it. */
  readonly keyLog: string | null
}

/** Everything that one side is told, in the spelling that it reads. */
export function environmentOf(role: Role, party: Party, meeting: Meeting): Record<string, string> {
  const { cell, scenario } = meeting
  const own = {
    ...scenario.environment,
    ...(role === 'dialer' ? scenario.dialer : scenario.listener),
    ...(meeting.keyLog === null ? {} : { SSLKEYLOGFILE: meeting.keyLog }),
  }
  const { contractTransport, security, muxer } = cell.stack
  if (party.spelling === 'legacy')
    return {
      is_dialer: String(role === 'dialer'),
      redis_addr: meeting.redis,
      transport: contractTransport,
      ip: meeting.listenOn,
      test_timeout_seconds: String(meeting.seconds),
      ...(security === null ? {} : { security }),
      ...(muxer === null ? {} : { muxer }),
      ...own,
    }
  return {
    IS_DIALER: String(role === 'dialer'),
    REDIS_ADDR: meeting.redis,
    TEST_KEY: meeting.key,
    TRANSPORT: contractTransport,
    LISTENER_IP: meeting.listenOn,
    DEBUG: 'false',
    TEST_TIMEOUT_SECONDS: String(meeting.seconds),
    // How the programs of unified-testing spell it; its documents do not have it.
    TEST_TIMEOUT_SECS: String(meeting.seconds),
    ...(security === null ? {} : { SECURE_CHANNEL: security }),
    ...(muxer === null ? {} : { MUXER: muxer }),
    ...own,
  }
}

/** Where a listener of this spelling leaves its address. */
export function addressPlace(
  spelling: Spelling,
  key: string,
): { readonly kind: 'value' | 'list'; readonly key: string } {
  return spelling === 'legacy'
    ? { kind: 'list', key: 'listenerAddr' }
    : { kind: 'value', key: `${key}_listener_multiaddr` }
}
