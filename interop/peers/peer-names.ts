/** The implementations that are met: three foreign ones, and ours. */
export const peerNames = ['p2pspec', 'js', 'go', 'rust'] as const
export type PeerName = (typeof peerNames)[number]

/** The foreign ones are built from a package registry; ours runs from its sources. */
export const foreignPeers = ['js', 'go', 'rust'] as const satisfies readonly PeerName[]
export type ForeignPeer = (typeof foreignPeers)[number]

/** Versions of the libraries side by side, newest first; a peer's plain name is its newest. */
export const peerVersions = {
  js: ['3.3', '3.1'],
  go: ['0.51', '0.48'],
  rust: ['0.57', '0.56'],
} as const satisfies Readonly<Record<ForeignPeer, readonly [string, ...string[]]>>

/** A foreign peer by its name, or by name and version: `go@0.48`. */
export type ForeignSubject = { [P in ForeignPeer]: P | `${P}@${(typeof peerVersions)[P][number]}` }[ForeignPeer]
export type Subject = 'p2pspec' | ForeignSubject

export interface PeerVersion {
  readonly peer: ForeignPeer
  readonly version: string
}

export function isPeerName(text: string): text is PeerName {
  return peerNames.some((name) => name === text)
}

export function isForeignPeer(text: string): text is ForeignPeer {
  return foreignPeers.some((name) => name === text)
}

export function isForeignSubject(text: string): text is ForeignSubject {
  return isForeignPeer(text) || foreignSubjects.some((subject) => subject === text)
}

export function isSubject(text: string): text is Subject {
  return text === 'p2pspec' || isForeignSubject(text)
}

/** Every version of every foreign peer, each by name and version. */
export const foreignSubjects: readonly ForeignSubject[] = [
  ...peerVersions.js.map((version) => `js@${version}` as const),
  ...peerVersions.go.map((version) => `go@${version}` as const),
  ...peerVersions.rust.map((version) => `rust@${version}` as const),
]

export function versionOf(subject: ForeignSubject): PeerVersion {
  const [name = '', version] = subject.split('@')
  if (!isForeignPeer(name)) throw new TypeError(`no such peer: ${subject}`)
  return { peer: name, version: version ?? peerVersions[name][0] }
}
