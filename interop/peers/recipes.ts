import { join } from 'node:path'
import type { ForeignPeer } from './peer-names.ts'

/** How one peer is built. Every path is relative to the peer's own folder. */
export interface PeerRecipe {
  /** What the result depends on, besides the toolchain. */
  readonly sources: readonly string[]
  /** What says the library's version: from `versions/<version>/`, into the build's own folder. */
  readonly versioned: readonly string[]
  readonly toolchain: Toolchain
  readonly steps: (places: BuildPlaces) => readonly BuildStep[]
  /** The program in the finished folder, and how it is started. */
  readonly command: (folder: string) => readonly string[]
}

export interface Toolchain {
  /** The program that is asked for its version. */
  readonly program: string
  readonly versionArguments: readonly string[]
  readonly atLeast: readonly [major: number, minor: number]
  /** False: the result is the same under any version, so that the version stays out of the cache key. */
  readonly decidesResult: boolean
  readonly install: string
}

export interface BuildPlaces {
  /** A copy of the sources, in which the build runs. */
  readonly sources: string
  /** What is kept when the build has succeeded. */
  readonly output: string
  /** Kept between builds of different sources, so that a small change is built quickly. */
  readonly scratch: string
}

export interface BuildStep {
  readonly program: string
  readonly arguments: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Where the step runs, the copied sources by default. */
  readonly folder?: string
}

// On Linux one static binary serves the machine and an image that has nothing else; cargo takes the flag for that only
// with a target named, since its own build scripts are not to be linked so.
const rustTarget =
  process.platform === 'linux' ? staticTarget(process.arch === 'arm64' ? 'aarch64' : 'x86_64') : { folder: '', arguments: [], environment: {} }

export const recipes: Readonly<Record<ForeignPeer, PeerRecipe>> = {
  js: {
    sources: [
      'peer.js',
      'key-log.js',
      'setup.js',
      'node.js',
      'services.js',
      'certificate.js',
      'handlers.js',
      'protocols.js',
      'work.js',
      'contract.js',
      'redis.js',
      'result.js',
      'scenarios.js',
      'stream-steps.js',
      'findings.js',
    ],
    versioned: ['package.json', 'package-lock.json'],
    toolchain: {
      program: 'npm',
      versionArguments: ['--version'],
      atLeast: [10, 0],
      decidesResult: false,
      install: 'Node.js 22.13 or newer with npm (https://nodejs.org)',
    },
    steps: ({ sources, output }) => [
      {
        program: 'npm',
        arguments: ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'],
      },
      { program: 'cp', arguments: ['-R', `${sources}/.`, output] },
    ],
    command: (folder) => [process.execPath, '--expose-gc', join(folder, 'peer.js')],
  },
  go: {
    sources: [
      'main.go',
      'setup.go',
      'node.go',
      'redis.go',
      'services.go',
      'certificate.go',
      'keylog.go',
      'handlers.go',
      'work.go',
      'contract.go',
      'scenarios.go',
      'result.go',
    ],
    versioned: ['go.mod', 'go.sum', 'quic.go'],
    toolchain: {
      program: 'go',
      versionArguments: ['version'],
      atLeast: [1, 26],
      decidesResult: true,
      install: 'Go 1.26 or newer (https://go.dev/dl; the golang-go of Debian 12 is too old)',
    },
    steps: ({ output }) => [
      {
        program: 'go',
        arguments: [
          'build',
          '-trimpath',
          '-buildvcs=false',
          '-mod=readonly',
          '-ldflags=-s -w',
          '-o',
          join(output, 'peer'),
          '.',
        ],
        environment: { CGO_ENABLED: '0' },
      },
    ],
    command: (folder) => [join(folder, 'peer')],
  },
  rust: {
    sources: [
      'src/main.rs',
      'src/setup.rs',
      'src/node.rs',
      'src/transport.rs',
      'src/services.rs',
      'src/streams.rs',
      'src/handlers.rs',
      'src/work.rs',
      'src/contract.rs',
      'src/redis.rs',
      'src/result.rs',
      'src/scenarios.rs',
      'src/stream_steps.rs',
    ],
    versioned: ['Cargo.toml', 'Cargo.lock'],
    toolchain: {
      program: 'cargo',
      versionArguments: ['--version'],
      atLeast: [1, 88],
      decidesResult: true,
      install:
        'Rust 1.88 or newer and a C compiler (https://rustup.rs; Debian 12: apt-get install cargo-web rustc-web gcc libc6-dev, its plain cargo is too old)',
    },
    steps: ({ output, scratch }) => [
      {
        program: 'cargo',
        arguments: ['build', '--release', '--locked', ...rustTarget.arguments],
        environment: { CARGO_TARGET_DIR: scratch, ...rustTarget.environment },
      },
      { program: 'cp', arguments: [join(scratch, rustTarget.folder, 'release', 'p2pspec-peer-rust'), join(output, 'peer')] },
    ],
    command: (folder) => [join(folder, 'peer')],
  },
}

function staticTarget(architecture: string): {
  readonly folder: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
} {
  const folder = `${architecture}-unknown-linux-gnu`
  return { folder, arguments: ['--target', folder], environment: { RUSTFLAGS: '-C target-feature=+crt-static' } }
}
