import type { SpecFile } from '../load/spec-file.ts'
import type { Model, Protocol } from '../model/model.ts'
import { resolveMachine } from '../model/resolve-machine.ts'
import { caseFile } from './cases/case-file.ts'
import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import type { Source } from './header.ts'
import { fileHeader, limitsSource } from './header.ts'
import { protocolPage } from './pages/page-data.ts'

/** README.md and the diagrams of every protocol, and the index. */
export const pagesEmitter: Emitter = {
  name: 'pages',
  async emit({ model, protocols, whole }: EmitContext): Promise<readonly EmittedFile[]> {
    const { renderDiagram, renderIndexPage, renderProtocolPage } = await import('./pages/render.ts')
    const files: EmittedFile[] = []
    for (const protocol of protocols) {
      const machine = resolveMachine(protocol, model)
      const folder = `protocols/${protocol.name}`
      const header = fileHeader('<!--', sourcesOf(protocol, model))
      files.push({
        path: `${folder}/README.md`,
        text: renderProtocolPage(protocolPage(protocol, machine, model, header)),
      })
      for (const role of machine?.roles ?? []) {
        files.push({
          path: `${folder}/${role.name}.svg`,
          text: await renderDiagram(role, fileHeader('<!--', machine === undefined ? [] : [machine.source])),
        })
      }
    }
    if (whole) files.push({ path: 'README.md', text: renderIndexPage(indexPage(model)) })
    return files
  },
}

function sourcesOf(protocol: Protocol, model: Model): readonly Source[] {
  const read: readonly (SpecFile<unknown> | undefined)[] = [
    protocol.machine,
    protocol.layout,
    protocol.requirements,
    protocol.vectors,
  ]
  return [...read.filter((file) => file !== undefined), ...limitsSource(model, protocol.name)]
}

function indexPage(model: Model) {
  const read = model.protocols.flatMap((protocol) => sourcesOf(protocol, model))
  return {
    header: fileHeader('<!--', [...read, ...model.interfaces]),
    protocols: model.protocols.map((protocol) => {
      const machine = resolveMachine(protocol, model)
      return {
        name: protocol.name,
        what: machine?.what ?? '',
        roles: machine?.roles.map(({ name }) => name).join(', ') ?? '',
        requirements: Object.values(protocol.requirements?.data ?? {}).filter(
          (row) => typeof row === 'object' && 'level' in row,
        ).length,
        cases: machine === undefined ? 0 : caseFile(machine).cases.length,
      }
    }),
    interfaces: model.interfaces.map(({ data }) => ({
      name: data.id,
      what: data.what,
      rules: Object.keys(data.rules ?? {}).length,
    })),
  }
}
