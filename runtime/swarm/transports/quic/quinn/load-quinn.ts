import { createRequire } from 'node:module'
import { TransportError } from '../../transport-error.ts'
import type { QuinnBinding } from './quinn-binding.ts'
import { quinnPackage, quinnVersion, runsOnMusl } from './quinn-package.ts'

let loaded: QuinnBinding | undefined

/** The native library, from the package of this platform. Some milliseconds, once. */
export function loadQuinn(): QuinnBinding {
  return (loaded ??= load(process.platform, process.arch))
}

function load(platform: string, arch: string): QuinnBinding {
  const name = quinnPackage({ platform, arch, isMusl: runsOnMusl })
  if (name === undefined) {
    throw new TransportError(
      'unsupported-address',
      `QUIC addresses need @chainsafe/libp2p-quic, which has no package for ${platform} on ${arch}: use another transport.`,
    )
  }
  try {
    // The package holds one native file and no types: it is described in quinn-binding.ts.
    return createRequire(import.meta.url)(name) as QuinnBinding
  } catch (cause) {
    throw new TransportError(
      'unsupported-address',
      `QUIC addresses need the package '${name}', which could not be loaded: npm install ${name}@${quinnVersion}, or use another transport.`,
      { cause },
    )
  }
}
