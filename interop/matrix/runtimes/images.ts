import { MatrixError } from '../matrix-error.ts'
import type { Images } from './docker-runtime.ts'
import type { Engine } from './engine.ts'
import { ensureToolImage, labImage, redisImage } from './tool-images.ts'

/** The images of a run, each built where it is missing. */
export function imagesFor(engine: Engine): Images {
  return {
    async of(party) {
      if (party.image === undefined) throw new MatrixError('no-image', `matrix.yaml gives ${party.label} no image`)
      return await Promise.resolve(party.image)
    },
    redis: async (onProgress) => await ensureToolImage(engine, redisImage, onProgress),
    lab: async (onProgress) => await ensureToolImage(engine, labImage, onProgress),
  }
}
