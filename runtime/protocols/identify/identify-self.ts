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

/** What goes to one reader: a message that every implementation reads, and behind it what has no room there. */
export interface SelfMessages {
  readonly self: Identify
  /** The signed record alone; without a field where all of it fits the first message. */
  readonly rest: Identify
}

/**
 * Where all of it does not fit into one message, the signed record goes into a second one: a reader of one message has the rest then.
 * Where that does not help, addresses are left out, then protocols, the last ones first.
 */
//= ID-WRITE-2, ID-WRITE-3, ID-FRAME-3, ID-KEY-1, ID-VER-1, ID-AGENT-1, ID-ADDR-1, ID-PROTO-1, ID-PROTO-2, ID-REC-1
export function selfMessages(self: IdentifySelf, observed: Multiaddr | undefined): SelfMessages {
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
  if (fits(whole)) return { self: whole, rest: {} }
  const record: Identify = { signedPeerRecord: self.signedPeerRecord }
  const rest = fits(record) ? record : {}
  const unsigned = { ...whole, signedPeerRecord: undefined }
  if (fits(unsigned)) return { self: unsigned, rest }
  const fewer = shorten(unsigned, whole.listenAddrs ?? [], (listenAddrs) => ({ ...unsigned, listenAddrs }))
  if (fits(fewer)) return { self: fewer, rest }
  return { self: shorten(fewer, self.protocols, (protocols) => ({ ...fewer, protocols })), rest }
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
  const most = limits.identify.maxSentMessageBytes
  // Most messages are far from it, and each is encoded once more when it is sent.
  return mostBytes(message) <= most || encodeIdentify(message).byteLength <= most
}

/** No less than the message takes: tag and length of a field are six bytes at most, and a character of text three. */
function mostBytes(message: Identify): number {
  let bytes = 0
  for (const value of Object.values(message)) {
    if (Array.isArray(value)) for (const item of value) bytes += fieldBytes(item)
    else bytes += fieldBytes(value)
  }
  return bytes
}

function fieldBytes(value: string | Uint8Array | undefined): number {
  return value === undefined ? 0 : 6 + (typeof value === 'string' ? 3 * value.length : value.byteLength)
}
