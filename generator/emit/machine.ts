import { resolveMachine } from '../model/resolve-machine.ts'
import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import { fileHeader, limitsSource } from './header.ts'

/** machine.ts and errors.ts of every protocol that has a machine. */
export const machineEmitter: Emitter = {
  name: 'machine',
  async emit({ model, protocols }: EmitContext): Promise<readonly EmittedFile[]> {
    const files: EmittedFile[] = []
    for (const protocol of protocols) {
      const machine = resolveMachine(protocol, model)
      if (machine === undefined) continue
      const { errorsText, machineText } = await import('./machine/machine-text.ts')
      const folder = `protocols/${protocol.name}`
      // Limits and layouts shape the machine too: their digests say when it is out of date.
      const sources = [
        machine.source,
        ...limitsSource(model, protocol.name),
        ...(protocol.layout === undefined ? [] : [protocol.layout]),
      ]
      files.push(
        { path: `${folder}/machine.ts`, text: fileHeader('//', sources) + machineText(machine) },
        { path: `${folder}/errors.ts`, text: fileHeader('//', [machine.source]) + errorsText(machine) },
      )
    }
    return files
  },
}
