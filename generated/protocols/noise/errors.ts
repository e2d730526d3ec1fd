// Generated from spec/protocols/noise/machine.yaml sha256:6ca389c1fa25296d9963d6b9a1983c8cc897449b89dc0bf85104833e65d06ce4
// Do not edit: change the spec and run `p2pspec generate`.

/** Why noise fails. */
export type NoiseErrorCode =
    | 'malformed'
    | 'weak-key'
    | 'undecryptable'
    | 'bad-key'
    | 'bad-signature'
    | 'wrong-peer'
    | 'no-common-muxer'
    | 'unexpected-message'
    | 'closed'
    | 'timeout';
/** What happened, and what to do. */
export const noiseErrors: Readonly<Record<NoiseErrorCode, string>> = {
  'malformed': 'The remote sent a handshake message that is cut off, too long or holds no handshake payload; it does not speak noise as libp2p does.',
  'weak-key': 'The remote sent a Diffie-Hellman key with which every exchange gives the same secret.',
  'undecryptable': 'A tag of the remote\'s handshake message is wrong; it uses another Noise protocol, or somebody changed bytes on the way.',
  'bad-key': 'The identity key that the remote sent is no key that can be used.',
  'bad-signature': 'The remote\'s signature does not join its Noise key to its identity key; it does not hold the identity it claims.',
  'wrong-peer': 'Another peer than the one that was dialled answered at this address.',
  'no-common-muxer': 'Both sides named their stream muxers and have none in common.',
  'unexpected-message': 'The remote sent a handshake message out of turn.',
  'closed': 'The channel ended before the handshake was over.',
  'timeout': 'The handshake took too long; the remote is slow or stalls on purpose.',
};
