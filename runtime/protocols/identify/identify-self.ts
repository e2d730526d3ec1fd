import type { Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import { encodeIdentify, type Identify } from '@p2pspec/generated/protocols/identify/messages'

/** What this node says of itself. */
export interface IdentifySelf {
  /** The network's family of protocols, such as `/my-network/0.1.0`. */
  readonly protocolVersion: string
  /** `name/version`. */
  readonly agentVersion: string
  /** In its protobuf encoding. */
  readonly publicKey: Uint8Array
  readonly listenAddresses: readonly Multiaddr[]
  /** Only those that this node answers. */
  readonly protocols: readonly string[]
  /** The node's peer record in its signed envelope. */
  readonly signedPeerRecord?: Uint8Array | undefined
}

/**
 * The message for one reader, in one frame that every implementation reads. Where all of it does not fit,
 * the signed record is left out first, then addresses, then protocols, the last ones first.
 */
//= ID-WRITE-2, ID-FRAME-3, ID-KEY-1, ID-VER-1, ID-AGENT-1, ID-ADDR-1, ID-PROTO-1, ID-PROTO-2, ID-REC-1
export function selfMessage(self: IdentifySelf, observed: Multiaddr | undefined): Identify {
  const whole: Identify = {
    publicKey: self.publicKey,
    listenAddrs: self.listenAddresses.map((address) => address.bytes),
    protocols: self.protocols,
    //= ID-OBS-1, ID-OBS-2
    observedAddr: observed?.bytes,
    protocolVersion: self.protocolVersion,
    agentVersion: self.agentVersion,
    signedPeerRecord: self.signedPeerRecord,
  }
  if (fits(whole)) return whole
  const unsigned = { ...whole, signedPeerRecord: undefined }
  if (fits(unsigned)) return unsigned
  const fewer = shorten(unsigned, whole.listenAddrs ?? [], (listenAddrs) => ({ ...unsigned, listenAddrs }))
  if (fits(fewer)) return fewer
  return shorten(fewer, self.protocols, (protocols) => ({ ...fewer, protocols }))
}

/** The message with as many of the items as fit, or with none. */
function shorten<Item>(message: Identify, items: readonly Item[], make: (kept: readonly Item[]) => Identify): Identify {
  let kept = 0
  let dropped = items.length + 1
  while (dropped - kept > 1) {
    const middle = (kept + dropped) >> 1
    if (fits(make(items.slice(0, middle)))) kept = middle
    else dropped = middle
  }
  return items.length === kept ? message : make(items.slice(0, kept))
}

function fits(message: Identify): boolean {
  return encodeIdentify(message).byteLength <= limits.identify.maxSentMessageBytes
}
