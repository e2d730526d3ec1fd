import type { TesterConnection } from '../tester/connection.ts'
import type { MuxedChannel } from '../tester/muxer-session.ts'
import type { QuicSession } from '../tester/quic-session.ts'
import { QuicStream } from '../tester/quic-stream.ts'
import type { ShownCertificate } from '../tester/tls-certificate.ts'
import type { Knowledge } from './knowledge.ts'

/** What was measured at one place, by the names that hand-written cases judge by. */
export type ScriptFacts = Readonly<Record<string, string | number | boolean>>

export function networkFacts({ socket }: TesterConnection, { networkNonce }: Knowledge): ScriptFacts {
  const { firstBytes, networkNonce: nonce } = socket
  return {
    clear: Buffer.from(firstBytes).includes('/multistream/'),
    repeated: nonce !== null && Buffer.from(nonce).toString('hex') === networkNonce,
  }
}

export function quicFacts(connection: TesterConnection): ScriptFacts {
  const { quic, quicOutcome } = connection
  return {
    closeCode: quic.fault?.errorCode ?? 'none',
    ...(quicOutcome === null ? {} : certificateFacts(quicOutcome.shown, quicOutcome.application)),
    ...(connection.hasSession ? allowanceFacts(connection.quicSession) : {}),
  }
}

function allowanceFacts({ allowedStreams, allowedOneWay, datagramBytes }: QuicSession): ScriptFacts {
  return { allowedStreams, allowedOneWay, datagrams: datagramBytes !== null }
}

export function streamFacts(name: string, stream: MuxedChannel): ScriptFacts {
  if (!(stream instanceof QuicStream)) return {}
  return {
    [`dataBytes.${name}`]: stream.dataBytes,
    [`resetCode.${name}`]: stream.resetCode ?? 'none',
    [`stopCode.${name}`]: stream.stopCode ?? 'none',
  }
}

function certificateFacts(shown: ShownCertificate, application: string | null): ScriptFacts {
  return {
    certificates: shown.count,
    selfSigned: shown.selfSigned,
    validNow: shown.validNow,
    vouched: shown.peerId !== null,
    application: application ?? 'none',
  }
}

export function tlsFacts(
  { shown, application, offered, serverName }: NonNullable<TesterConnection['tls']>,
  side: TesterConnection['side'],
): ScriptFacts {
  return {
    ...certificateFacts(shown, application),
    ...(side === 'listener' ? { lastOffer: offered?.at(-1) ?? 'none', serverName: serverName ?? 'none' } : {}),
  }
}
