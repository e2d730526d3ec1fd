import { Buffer } from 'node:buffer'
import type { PeerId } from '@p2pspec/generated/interfaces/connection'
import type { PlaintextPredicates } from '@p2pspec/generated/protocols/plaintext/machine'
import { KeyReader } from '../../crypto/key-reader.ts'

/** The machine's questions about a remote's message. Whatever the answers, nothing of it is proven. */
export class ExchangeJudge implements PlaintextPredicates {
  readonly #keys = new KeyReader()

  //= PLAIN-KEY-1
  readonly validKey = (pubkey: Uint8Array): boolean => this.#keys.read(pubkey) !== undefined

  readonly names = (pubkey: Uint8Array, id: Uint8Array): boolean => {
    //= PLAIN-CHECK-1
    const peer = this.peerIdOf(pubkey)
    return peer !== undefined && Buffer.compare(peer.bytes, id) === 0
  }

  readonly keyOf = (pubkey: Uint8Array, peer: PeerId): boolean =>
    //= PLAIN-PEER-1
    this.peerIdOf(pubkey)?.equals(peer) ?? false

  peerIdOf(pubkey: Uint8Array): PeerId | undefined {
    return this.#keys.peerIdOf(pubkey)
  }
}
