import { resolveMachine } from '../model/resolve-machine.ts'
import { caseFile } from './cases/case-file.ts'
import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import { limitsSource, sourceDigests } from './header.ts'

/** cases.json of every protocol that has a machine. */
export const casesEmitter: Emitter = {
  name: 'cases',
  emit({ model, protocols }: EmitContext): readonly EmittedFile[] {
    return protocols.flatMap((protocol): EmittedFile[] => {
      const machine = resolveMachine(protocol, model)
      if (machine === undefined) return []
      const sources = [
        ...[machine.source, protocol.requirements, protocol.vectors].filter((file) => file !== undefined),
        ...limitsSource(model, protocol.name),
      ]
      const { fixtures, unreached, cases } = caseFile(machine)
      const head = {
        generatedFrom: sourceDigests(sources),
        format: 'cases/1',
        protocol: protocol.name,
        fixtures,
        unreached,
      }
      return [{ path: `protocols/${protocol.name}/cases.json`, text: casesText(head, cases) }]
    })
  },
}

/** One case a line: a changed case is one changed line in review. */
function casesText(head: object, cases: readonly object[]): string {
  const opening = JSON.stringify(head, null, 2).replace(/\n\}$/, '')
  return `${opening},\n  "cases": [\n${cases.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]\n}\n`
}
