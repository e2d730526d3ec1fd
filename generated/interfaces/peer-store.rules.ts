// Generated from spec/interfaces/peer-store.yaml sha256:365467916ca8535acf2fa1884b28e9051d9ca621725a1d3178edf3c9d6e816f3
// Do not edit: change the spec and run `p2pspec generate`.

/** What every implementation keeps. What a node remembers of other peers' addresses. */
export const peerStoreRules = {
  'STORE-CAP-1': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addAddresses', text: 'However much is added, the addresses of one peer, the peers and the addresses of all stay within their limits; peers that were only heard of go first, and of each kind the one that was least recently used.' },
  'STORE-CAP-2': { level: 'MUST NOT', kind: 'semantics', about: 'PeerStore.setConnected', text: 'A peer that is connected, or that is kept, is not forgotten to make room for others.' },
  'STORE-CAP-3': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addRecord', text: 'A record that is longer than its limit is refused, and all records together stay within theirs.' },
  'STORE-CAP-4': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addAddresses', text: 'However much one teller tells, it displaces no more of what others told than its own part; above that it displaces what it told itself.' },
  'STORE-CERT-1': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addAddresses', text: 'What is told without a signature neither displaces nor shortens the life of an address that the peer has signed.' },
  'STORE-CERT-2': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addRecord', text: 'A newer record replaces all addresses of the older one, the same one again renews their life, and an older one changes nothing.' },
  'STORE-CERT-3': { level: 'MUST', kind: 'semantics', about: 'PeerStore.addRecord', text: 'A record that is damaged, forged or that of another peer changes nothing.' },
  'STORE-PUBLIC-1': { level: 'MUST NOT', kind: 'semantics', about: 'PeerStore.addRecord', text: 'An address in a private network that was told in the public one is never handed out, signed or not, nor after the store is opened again; what else was told there is handed out with that mark, until it is told within a private network.' },
  'STORE-TTL-1': { level: 'MUST NOT', kind: 'semantics', about: 'PeerStore.addressesOf', text: 'An address whose time is over is never handed out.' },
  'STORE-TTL-2': { level: 'MUST NOT', kind: 'semantics', about: 'PeerStore.addressesOf', text: 'A jump of the wall clock ends no address and keeps none longer than a fresh one.' },
  'STORE-KEEP-1': { level: 'MUST', kind: 'lifetime', about: 'PeerStore.flush', text: 'In a store that is opened again, whether it was closed or its process killed, all is there that a flush acknowledged, and nothing that was forgotten.' },
  'STORE-KEEP-2': { level: 'MUST', kind: 'lifetime', about: 'PeerStore.close', text: 'After a close, and after a second one, every call still answers, and a flush of what is new rejects.' },
  'STORE-BAD-1': { level: 'MUST', kind: 'errors', about: 'PeerStore.addressesOf', text: 'Where what was kept is damaged, no call throws, nothing unverified is handed out as certified, and the undamaged rest is served.' },
} as const

/** A compliance suite: one check for each rule, which throws where the subject breaks it. */
export type PeerStoreChecks<Subject> = { readonly [Rule in keyof typeof peerStoreRules]: (subject: Subject) => void | Promise<void> }
