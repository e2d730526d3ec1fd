import { peerImage } from '../../images/peer-image.ts'
import { labImage, redisImage } from '../../images/tool-image.ts'
import type { Images } from './docker-runtime.ts'
import { subjectOf } from './subject-of.ts'

/** The images of a run, each built where the engine does not have it. */
export const images: Images = {
  of: async (party, onProgress) => party.image ?? (await peerImage(subjectOf(party, 'an image'), onProgress)),
  redis: redisImage,
  lab: labImage,
}
