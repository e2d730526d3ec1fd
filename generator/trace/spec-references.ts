import type { SpecFile, YamlPath } from '../load/spec-file.ts'
import type { Model } from '../model/model.ts'

/** A place in spec/ that names a requirement in a `req:` list. */
export interface SpecReference {
  readonly id: string
  /** Folder name of the protocol or record; `common` for shared files. */
  readonly owner: string
  /** What cites it, for people: `machine initiator/awaitHeader/recv.header`. */
  readonly what: string
  readonly file: SpecFile<unknown>
  readonly path: YamlPath
  /** True where the citing row makes code: a vector or a fixture only tests. */
  readonly implements: boolean
}

/** Every `req:` of every spec file. */
export function specReferences(model: Model): readonly SpecReference[] {
  const references: SpecReference[] = []
  const walk = (owner: string, kind: string, file: SpecFile<unknown> | undefined, makesCode: boolean): void => {
    if (file === undefined) return
    visit(file.data, [], (ids, path) => {
      for (const [index, id] of ids.entries()) {
        references.push({
          id,
          owner,
          what: `${kind} ${place(path.slice(0, -1))}`,
          file,
          path: [...path, index],
          implements: makesCode,
        })
      }
    })
  }
  for (const protocol of model.protocols) {
    walk(protocol.name, 'machine', protocol.machine, true)
    walk(protocol.name, 'layout', protocol.layout, true)
    walk(protocol.name, 'vector', protocol.vectors, false)
  }
  for (const record of model.records) {
    walk(record.name, 'record', record.record, false)
    walk(record.name, 'layout', record.layout, true)
    walk(record.name, 'vector', record.vectors, false)
  }
  walk('common', 'limit', model.limits, true)
  walk('common', 'error', model.errors, false)
  walk('common', 'framing', model.framings, false)
  return references
}

/** `roles/initiator/states/awaitHeader/recv.header` without the words that say nothing. */
function place(path: YamlPath): string {
  return path
    .filter(
      (part) => part !== 'roles' && part !== 'states' && part !== 'layouts' && part !== 'fields' && part !== 'limits',
    )
    .join('/')
}

function visit(value: unknown, path: YamlPath, found: (ids: readonly string[], path: YamlPath) => void): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value) as [string, unknown][]) {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    if (key === 'req' && Array.isArray(child)) found(child.map(String), at)
    else visit(child, at, found)
  }
}
