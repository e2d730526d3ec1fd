import { createRequire } from 'node:module'
import { TransportError } from '../../transport-error.ts'
import type { QuicheBinding } from './quiche-binding.ts'

let loaded: QuicheBinding | undefined

/** The native library, from the package of this platform. */
export function loadQuiche(): QuicheBinding {
  if (loaded !== undefined) return loaded
  const name = `@matrixai/quic-${process.platform}-${process.arch}`
  try {
    // The package holds one native file and no types: it is described in quiche-binding.ts.
    loaded = createRequire(import.meta.url)(name) as QuicheBinding
    return loaded
  } catch (cause) {
    throw new TransportError(
      'unsupported-address',
      `QUIC by quiche needs the package '${name}', which could not be loaded: npm install ${name}@2.0.9, or use quinn.`,
      { cause },
    )
  }
}
