// Generated from spec/interfaces/peer-store.yaml sha256:fe3a533e561e4ba67a620ebbfa568073d83b633d3995da0cab6f02cd8576416e
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. What a node remembers of other peers' addresses. */
export const peerStoreRules = {
  'STORE-CAP-1': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addAddresses', text: 'However much is added, the addresses of one peer, the peers and the addresses of all stay within their limits; the peer that was least recently used goes first.' },
  'STORE-CERT-1': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addAddresses', text: 'What is told without a signature neither displaces nor shortens the life of an address that the peer has signed.' },
  'STORE-CERT-2': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addRecord', text: 'A newer record replaces all addresses of the older one; an older record changes nothing.' },
  'STORE-TTL-1': { level: 'MUST NOT', kind: 'semantics', about: 'PeerStore.addressesOf', text: 'An address whose time is over is never handed out.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type PeerStoreChecks<Subject> = { readonly [Rule in keyof typeof peerStoreRules]: (subject: Subject) => void | Promise<void> }
