import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import { fileHeader } from './header.ts'

/** interfaces/<name>.ts of every interface, and its rules as data for the compliance suites. */
export const interfacesEmitter: Emitter = {
  name: 'interfaces',
  async emit({ model, whole }: EmitContext): Promise<readonly EmittedFile[]> {
    if (!whole || model.interfaces.length === 0) return []
    const { interfaceText } = await import('./interfaces/interface-text.ts')
    const { rulesText } = await import('./interfaces/rules-text.ts')
    return model.interfaces.flatMap((file): readonly EmittedFile[] => {
      const header = fileHeader('//', [file])
      const { id, rules } = file.data
      const contract = { path: `interfaces/${id}.ts`, text: interfaceText(file, header) }
      return rules === undefined
        ? [contract]
        : [contract, { path: `interfaces/${id}.rules.ts`, text: rulesText(file, header) }]
    })
  },
}
