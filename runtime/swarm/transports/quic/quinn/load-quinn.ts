import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { TransportError } from '../../transport-error.ts'
import type { QuinnBinding } from './quinn-binding.ts'

let loaded: QuinnBinding | undefined

/** The native library, from the package of this platform. Some milliseconds, once. */
export function loadQuinn(): QuinnBinding {
  if (loaded !== undefined) return loaded
  const name = packageName()
  try {
    // The package holds one native file and no types: it is described in quinn-binding.ts.
    loaded = createRequire(import.meta.url)(name) as QuinnBinding
    return loaded
  } catch (cause) {
    throw new TransportError(
      'unsupported-address',
      `QUIC addresses need the package '${name}', which could not be loaded: npm install ${name}, or use another transport.`,
      { cause },
    )
  }
}

function packageName(): string {
  const { platform, arch } = process
  const system =
    platform === 'linux'
      ? `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`
      : platform === 'win32'
        ? `win32-${arch}-msvc`
        : `${platform}-${arch}`
  return `@chainsafe/libp2p-quic-${system}`
}

/** Alpine and its kind have another C library, and another package. */
function isMusl(): boolean {
  return existsSync(`/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`)
}
