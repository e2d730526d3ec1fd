import { MatrixError } from '../matrix-error.ts'
import type { Images } from './docker-runtime.ts'

export const images: Images = {
  of: async (party) => {
    if (party.image === undefined) throw new MatrixError('no-image', `matrix.yaml gives ${party.label} no image`)
    return await Promise.resolve(party.image)
  },
  redis: async () => await Promise.resolve('p2pspec-try/redis'),
  lab: async () => await Promise.resolve('p2pspec-try/lab'),
}
