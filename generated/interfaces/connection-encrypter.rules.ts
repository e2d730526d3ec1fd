// Generated from spec/interfaces/connection-encrypter.yaml sha256:a2a288bea08a68edf49b4186590162c9e2e8eeb835d6f798ef9ecb8c923730ac
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. Turns a raw channel into an encrypted and authenticated one. */
export const connectionEncrypterRules = {
  'ENC-PEER-1': { level: 'MUST', kind: 'semantics', about: 'SecureChannel.remotePeer', text: 'The peer id is that of the public key that signed inside the handshake.' },
  'ENC-PEER-2': { level: 'MUST', kind: 'errors', about: 'ConnectionEncrypter.secureOutbound', text: 'Another peer than the one asked for is refused, and the remote sees the channel end.' },
  'ENC-DATA-1': { level: 'MUST', kind: 'errors', about: 'SecureChannel.channel', text: 'Bytes that were changed on the way are never pushed; the channel fails.' },
  'ENC-DATA-2': { level: 'MUST', kind: 'semantics', about: 'SecureChannel.channel', text: 'A carrier that ends inside a message is a failure and no clean end.' },
  'ENC-FAIL-1': { level: 'MUST', kind: 'lifetime', about: 'ConnectionEncrypter.secureInbound', text: 'After a failed handshake the raw channel is reset, and nothing listens on it any more.' },
  'ENC-ABORT-1': { level: 'MUST', kind: 'cancellation', about: 'ConnectionEncrypter.secureOutbound', text: 'An aborted handshake rejects with the signal\'s reason and resets the raw channel.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type ConnectionEncrypterChecks<Subject> = { readonly [Rule in keyof typeof connectionEncrypterRules]: (subject: Subject) => void | Promise<void> }
