import type {
  ConnectionEncrypter,
  EncryptOptions,
  SecureChannel,
} from '@p2pspec/generated/interfaces/connection-encrypter'
import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'
import { initiatorRole, responderRole } from '@p2pspec/generated/protocols/plaintext/machine'
import { systemClock, type Clock } from '../../core/clock.ts'
import { drive } from '../../core/driver.ts'
import { copyBytes } from '../../core/memory.ts'
import type { PrivateKey } from '../../crypto/keys.ts'
import { peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { ExchangeJudge } from './exchange-judge.ts'

//= PLAIN-ID-1
export const plaintextProtocol = '/plaintext/2.0.0'

export interface PlaintextOptions {
  /** Whose peer id and public key this side names. Nothing is signed with it. */
  readonly privateKey: PrivateKey
  readonly clock?: Clock | undefined
}

/**
 * No security at all, for tests and measurements: both sides say who they are and nobody proves it, and every byte can be read and
 * changed on the way. Beside `noise` or `tls` it takes their protection away as well, since an attacker only has to propose it.
 * No node has it unless it is given. Rejects with a `DriverError` (`foreign-id`, `wrong-peer`, `timeout`…).
 *
 * @example
 * const node = await createNode({ privateKey, encrypters: [plaintext({ privateKey })] })
 */
//= PLAIN-OFF-1
export function plaintext({ privateKey, clock = systemClock }: PlaintextOptions): ConnectionEncrypter {
  const { publicKey } = privateKey
  const self = { id: peerIdFromPublicKey(publicKey).bytes, pubkey: publicKey.encode() }
  const exchange = async (
    makeRole: typeof initiatorRole | typeof responderRole,
    channel: ByteDuplex,
    { remotePeer, signal }: EncryptOptions = {},
  ): Promise<SecureChannel> => {
    const judge = new ExchangeJudge()
    const output = await drive(makeRole(judge), { expected: remotePeer, self }, channel, { clock, signal })
    const remote = output?.type === 'secured' ? judge.peerIdOf(output.identityKey) : undefined
    if (output?.type !== 'secured' || remote === undefined)
      throw new Error('assertion: the exchange ended well without a key that names a peer')
    // The key is a view of the message it came in; the connection outlives that.
    //= PLAIN-FRAME-2
    return { channel, remotePeer: remote, remotePublicKey: copyBytes(output.identityKey), muxer: undefined }
  }
  return {
    protocol: plaintextProtocol,
    secureOutbound: (channel, options) => exchange(initiatorRole, channel, options),
    secureInbound: (channel, options) => exchange(responderRole, channel, options),
  }
}
