import { CodedError } from '@p2pspec/runtime/core/coded-error'
import { CryptoError } from '@p2pspec/runtime/crypto/crypto-error'
import { PnetError } from '@p2pspec/runtime/protocols/pnet/pnet-error'
import { SwarmError } from '@p2pspec/runtime/swarm/errors'
import { PeerStoreError } from '@p2pspec/runtime/swarm/peer-store/peer-store-error'
import { TransportError } from '@p2pspec/runtime/swarm/transports/transport-error'
import { UsageFailure } from '../usage-failure.ts'
import type { Output } from './output.ts'
import { printable } from './printable.ts'

/** Exit codes of `p2pspec node`; 0 is success. */
const exitCodes = { wrongUse: 1, ownFault: 2, peerFailed: 3, interrupted: 130 } as const

/** What to do next, by the code of the innermost error that has an entry. */
const advice: Readonly<Record<string, string>> = {
  refused: 'Nothing listens there: check the port and whether the peer runs.',
  timeout: 'No answer in time: check the address, firewalls on the way, and whether the peer is overloaded.',
  unreachable: 'There is no way to that host: check the name, the network and the address family (ip4, ip6).',
  'address-in-use': 'Another program listens there: stop it, or choose another port (0 takes any free one).',
  'out-of-descriptors':
    'This process may open no more files and sockets: raise the limit (`ulimit -n`), or choose a smaller --preset.',
  'connection-lost': 'The remote or the network dropped the connection: it may refuse this node, or be no libp2p node.',
  'unsupported-address': 'This node cannot use that kind of address; tcp works, as in /ip4/127.0.0.1/tcp/4001.',
  'no-transport': 'This node cannot use that kind of address; tcp works, as in /ip4/127.0.0.1/tcp/4001.',
  'dialled-self': 'The address ends in the identity of this node: use another --key, or dial another peer.',
  'wrong-peer':
    'Another peer answered than the one asked for: take the peer id that the remote announces, and be wary.',
  'not-supported': 'The remote does not serve that protocol: `p2pspec node identify <address>` lists what it serves.',
  'other-key': 'Compare the keys: `p2pspec node key psk show <file>` prints the fingerprint of each.',
  'public-remote': 'The peer is in no private network: leave --psk out, or give the peer the key.',
  'no-addresses': 'Give an address that ends in that peer id, or the --data folder of a node that has met the peer.',
  'too-many-connections': 'Close some connections or choose a bigger --preset.',
}

interface Described {
  readonly message: string
  readonly code: string | undefined
  readonly layer: string | undefined
  readonly next: string | undefined
}

/** The error and its causes, as one message with where it happened and what to do. */
function describe(error: unknown): Described {
  let code: string | undefined
  let layer: string | undefined
  let next: string | undefined
  let current = error
  const seen = new Set<unknown>()
  while (current instanceof Error && !seen.has(current)) {
    seen.add(current)
    if (current instanceof SwarmError) layer = current.data.layer ?? layer
    if (current instanceof TransportError) layer ??= 'transport'
    const found = 'code' in current && typeof current.code === 'string' ? current.code : undefined
    // A cause says more than what it was wrapped in, up to the first that somebody can act on.
    if (found !== undefined && next === undefined) {
      code = found
      next = advice[found]
    }
    current = current.cause
  }
  return { message: error instanceof Error ? error.message : String(error), code, layer, next }
}

/** Neither an address nor a peer id: said by the node, or by the multiaddr package, whose errors have names alone. */
function isNoAddress(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if (error instanceof CodedError && error.code === 'bad-target') return true
  return /^(InvalidMultiaddr|Validation|UnknownProtocol|InvalidParameters)/.test(error.name)
}

/** The environment demands a private network: give --psk. */
function isKeyMissing(error: unknown): error is PnetError {
  return error instanceof PnetError && error.code === 'key-missing'
}

/** The data folder that was asked for cannot be used; the message says why, and what to do. */
function isBadFolder(error: unknown): error is PeerStoreError {
  return error instanceof PeerStoreError
}

function plain({ message }: Error): Described {
  return { message, code: undefined, layer: undefined, next: undefined }
}

/** Tells the failure of a command without a stack, and returns its exit code. */
export function tellFailure(error: unknown, output: Output, json: boolean): number {
  if (isNoAddress(error)) {
    const example = '/ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…'
    const failure = new UsageFailure(`${error.message}; write an address as the peer prints it, like ${example}`)
    return tellFailure(failure, output, json)
  }
  const wrongUse =
    error instanceof UsageFailure ||
    error instanceof CryptoError ||
    isKeyMissing(error) ||
    isBadFolder(error) ||
    error instanceof RangeError
  const { message, code, layer, next } = wrongUse ? plain(error) : describe(error)
  if (json) output.tell({ event: 'failed', message, code, layer, next })
  else {
    // Only the lines of a message that has several are kept apart, and set in, so that none can pass for another.
    console.error(message.split('\n').map(printable).join('\n    '))
    if (layer !== undefined)
      console.error(printable(`    layer: ${layer}${code === undefined ? '' : `, code: ${code}`}`))
    else if (code !== undefined) console.error(printable(`    code: ${code}`))
    if (next !== undefined) console.error(printable(`    ${next}`))
  }
  if (wrongUse) return exitCodes.wrongUse
  if (error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted
  if (code !== undefined) return exitCodes.peerFailed
  if (!json) console.error('    This is a fault of p2pspec or of the machine it runs on; P2PSPEC_TRACE=1 shows where.')
  if (process.env['P2PSPEC_TRACE'] !== undefined && error instanceof Error)
    console.error((error.stack ?? '').split('\n').map(printable).join('\n'))
  return exitCodes.ownFault
}
