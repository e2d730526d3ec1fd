import type { Model, Protocol } from '../model/model.ts'

/** One file of generated/, whole. */
export interface EmittedFile {
  /** Below generated/, with forward slashes: `protocols/ping/machine.ts`. */
  readonly path: string
  /** Ends in a line feed. */
  readonly text: string
}

export interface EmitContext {
  readonly model: Model
  /** The protocols whose files are wanted. */
  readonly protocols: readonly Protocol[]
  /** False where single protocols were asked for: files that several protocols share are left alone. */
  readonly whole: boolean
}

/** Writes some of the files of generated/: pure, from the model alone. */
export interface Emitter {
  readonly name: string
  emit(context: EmitContext): readonly EmittedFile[] | Promise<readonly EmittedFile[]>
}
