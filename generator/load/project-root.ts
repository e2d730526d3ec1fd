import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds spec/ and generated/: found from this file, never from the working directory. */
export const projectRoot: string = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')
