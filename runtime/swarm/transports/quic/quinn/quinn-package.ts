export interface Machine {
  readonly platform: string
  readonly arch: string
  /** Which C library the process runs on; asked on Linux alone. */
  readonly isMusl: () => boolean
}

/** The version that this runtime was tried with; earlier ones have a known advisory. */
export const quinnVersion = '2.1.4'

/** What is published for each version. npm installs the one that fits, by `os`, `cpu` and `libc`. */
const published = new Set([
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'linux-x64-gnu',
  'linux-x64-musl',
  'win32-x64-msvc',
])

/** The package with quinn in it for a machine; undefined: nobody publishes one. */
export function quinnPackage({ platform, arch, isMusl }: Machine): string | undefined {
  const target = `${platform}-${arch}${suffixOf(platform, isMusl)}`
  return published.has(target) ? `@chainsafe/libp2p-quic-${target}` : undefined
}

/** Alpine and its kind have another C library than most; Node tells of glibc's version where it runs on that, even where both are installed. */
export function runsOnMusl(): boolean {
  // The types lack a member that Node has since 20.
  const report = process.report as typeof process.report & { excludeNetwork: boolean }
  const excluded = report.excludeNetwork
  // Otherwise it looks up the names of every open connection.
  report.excludeNetwork = true
  try {
    // Typed as a mere object; its header is documented.
    const { header } = report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } }
    return header?.glibcVersionRuntime === undefined
  } finally {
    report.excludeNetwork = excluded
  }
}

function suffixOf(platform: string, isMusl: () => boolean): string {
  if (platform === 'linux') return isMusl() ? '-musl' : '-gnu'
  return platform === 'win32' ? '-msvc' : ''
}
