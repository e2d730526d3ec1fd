import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import { tlsErrors } from '@p2pspec/generated/protocols/tls/errors'
import { startClient, startServer, stepClient, stepServer } from '@p2pspec/generated/protocols/tls/machine'
import { libp2pApplication } from './application-protocols.ts'
import type { OwnCertificate } from './own-certificate.ts'
import { ProofJudge } from './proof-judge.ts'
import { readChain } from './remote-certificate.ts'
import { TlsError } from './tls-error.ts'

export interface ShownChain {
  readonly side: 'client' | 'server'
  readonly chain: readonly Uint8Array[]
  readonly own: OwnCertificate
  readonly nowMs: number
}

export interface ProvenPeer {
  readonly remotePeer: PeerId
  readonly remotePublicKey: Uint8Array
}

/**
 * Whom the certificates prove that a remote showed in a TLS handshake which somebody else carried, such as a QUIC library. Throws
 * `TlsError` by the very machine that judges those of TLS connections.
 */
export function judgeChain({ side, chain, own, nowMs }: ShownChain): ProvenPeer {
  const judge = new ProofJudge()
  const offers = [libp2pApplication]
  const facts = readChain(chain, nowMs)
  const input = {
    expected: undefined,
    offers,
    localCertificateKey: own.certificateKey,
    localIdentity: own.identityKey,
    localSignature: own.signature,
  }
  const proofOf = { protocol: libp2pApplication, ...facts }
  const { state } =
    side === 'client'
      ? stepClient(startClient(input).state, { type: 'recv.serverProof', ...proofOf }, judge)
      : stepServer(
          stepServer(startServer(input).state, { type: 'recv.hello', protocols: offers }, judge).state,
          { type: 'recv.clientProof', ...facts },
          judge,
        )
  if (state.name === 'failed') throw new TlsError(state.error, tlsErrors[state.error])
  const remotePeer = judge.peerIdOf(facts.identityKey)
  if (state.name !== 'done' || remotePeer === undefined)
    throw new Error('assertion: a certificate was neither good nor bad')
  return { remotePeer, remotePublicKey: facts.identityKey }
}
