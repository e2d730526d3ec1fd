// Loads one node and plots its memory over time.
// `node --expose-gc interop/perf/soak/soak.ts crowd [connections] [streams of each] [seconds to settle]`: by default 10,000, 10 and 30; needs as many file descriptors as connections.
// `node --expose-gc interop/perf/soak/soak.ts mixed [minutes] [actions a second]`: by default 60 and 30.
// Both write JSON and SVG into results/soak, or where SOAK_OUT says.
import { dialAsCrowd, soakWithCrowd } from './crowd.ts'
import { runMixedLoad } from './mixed-load.ts'
import { soakUnderMixedLoad } from './mixed.ts'

const [kind = '', first, second, third = ''] = process.argv.slice(2)
const folder = process.env['SOAK_OUT'] ?? 'results/soak'

if (kind === 'crowd') {
  const settleMs = (third === '' ? 30 : Number(third)) * 1_000
  await soakWithCrowd(Number(first ?? 10_000), Number(second ?? 10), settleMs, folder)
} else if (kind === 'crowd-dialers') await dialAsCrowd(Number(first), Number(second), third)
else if (kind === 'mixed') await soakUnderMixedLoad(Number(first ?? 60), Number(second ?? 30), folder)
else if (kind === 'mixed-load') await runMixedLoad(Number(first), third)
else {
  console.error('soak.ts crowd [connections] [streams of each] | mixed [minutes] [actions a second]')
  process.exitCode = 1
}
