import { SpecFailure } from '../load/problem.ts'
import type { SpecFile } from '../load/spec-file.ts'
import type { LayoutFile } from '../model/spec-types.ts'
import type { Model } from '../model/model.ts'
import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import { fileHeader, limitsSource } from './header.ts'

/** layout.ts of every protocol and record that has a layout.yaml. */
export const layoutEmitter: Emitter = {
  name: 'layout',
  async emit({ model, protocols, whole }: EmitContext): Promise<readonly EmittedFile[]> {
    const owners = [
      ...protocols.map(({ name, layout }) => ({ name, layout, folder: `protocols/${name}` })),
      ...(whole ? model.records : []).map(({ name, layout }) => ({ name, layout, folder: `records/${name}` })),
    ]
    const files: EmittedFile[] = []
    for (const { name, layout, folder } of owners) {
      if (layout === undefined) continue
      const { emitLayouts } = await import('./layout/emit-layouts.ts')
      const header = fileHeader('//', [layout, ...limitsSource(model, name)])
      files.push({ path: `${folder}/layout.ts`, text: emitLayouts(layout, header, limitFinder(model, name, layout)) })
    }
    return files
  },
}

/** A figure as written, or that of a named limit. */
function limitFinder(model: Model, owner: string, file: SpecFile<LayoutFile>) {
  return (limit: number | string): number => {
    if (typeof limit === 'number') return limit
    const row = model.limits?.data.limits[owner]?.[limit]
    if (row !== undefined) return row.value
    const place = file.positionOf(['layouts'])
    throw new SpecFailure([
      {
        ...place,
        message: `no limit \`${limit}\` of ${owner}`,
        fix: `Add it under \`${owner}\` in spec/common/limits.yaml.`,
      },
    ])
  }
}
