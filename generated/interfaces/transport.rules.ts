// Generated from spec/interfaces/transport.yaml sha256:d47fd29bb068f5adff0b4d5a1a8f0f451c5ef16a396f8b9c68d2d947ff6516c4
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. Opens raw connections, and takes them. */
export const transportRules = {
  'TRN-ADDRESS-1': { level: 'MUST', kind: 'semantics', about: 'Transport.canDial', text: 'An address that is not of this transport is said no to, without an error and without a look at the network.' },
  'TRN-DIAL-1': { level: 'MUST', kind: 'cancellation', about: 'Transport.dial', text: 'An aborted call rejects with the signal\'s reason and leaves no socket open.' },
  'TRN-DIAL-2': { level: 'MUST', kind: 'errors', about: 'Transport.dial', text: 'An address that nobody listens on rejects with an error that names the address.' },
  'TRN-LISTEN-1': { level: 'MUST', kind: 'semantics', about: 'TransportListener.addresses', text: 'Once listening, the listener can be dialled at each address that it names.' },
  'TRN-LISTEN-2': { level: 'MUST', kind: 'lifetime', about: 'TransportListener.close', text: 'After a close no new connection comes in, and the address can be listened on again; connections that stand are left alone.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type TransportChecks<Subject> = { readonly [Rule in keyof typeof transportRules]: (subject: Subject) => void | Promise<void> }
