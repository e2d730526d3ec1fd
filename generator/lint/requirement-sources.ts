import type { Problem } from '../load/problem.ts'
import type { YamlPath } from '../load/spec-file.ts'
import type { Model, Protocol, SpecRecord } from '../model/model.ts'
import { requirementRows } from '../trace/trace.ts'
import type { LintRule } from './rule.ts'

export const requirementSources: LintRule = {
  name: 'requirement-sources',
  about:
    'Every requirement has the code of its file, a known source with a section, and a digest that spec/upstream.lock.yaml holds.',
  check: ({ model }) => [...model.protocols, ...model.records].flatMap((owner) => checkOwner(owner, model)),
}

function checkOwner(owner: Protocol | SpecRecord, model: Model): readonly Problem[] {
  const file = owner.requirements
  if (file === undefined) return []
  const head = 'machine' in owner ? (owner.machine?.data ?? owner.layout?.data) : owner.record?.data
  const sources = {
    ...head?.sources,
    ...owner.layout?.data.sources,
    ...file.data.sources,
    ...owner.vectors?.data.sources,
  }
  const roles = 'machine' in owner ? Object.keys(owner.machine?.data.roles ?? {}) : []
  const problems: Problem[] = []
  for (const [id, row] of requirementRows(file)) {
    const report = (path: YamlPath, message: string, fix: string): void => {
      problems.push({ ...file.positionOf([id, ...path]), message: `${id}: ${message}`, fix })
    }
    if (head !== undefined && !id.startsWith(`${head.code}-`))
      report(
        [],
        `does not begin with ${head.code}-`,
        'One code for each protocol and record, so that ids never collide.',
      )
    for (const [index, role] of (row.applies ?? []).entries()) {
      if (roles.length > 0 && role !== 'node' && !roles.includes(role))
        report(['applies', index], `no role is called \`${role}\``, `Roles: ${roles.join(', ')}; or node.`)
    }
    const cited = row.stated === 'keyword' || row.stated === 'prose'
    if (row.source === undefined) continue
    const [alias = ''] = row.source.split('#')
    const document = sources[alias]
    if (document === undefined) {
      report(
        ['source'],
        `no source is called \`${alias}\``,
        `Add it to \`sources\`; known: ${Object.keys(sources).join(', ') || 'none'}.`,
      )
      continue
    }
    const locked = model.lock?.data.documents[document]
    if (locked === undefined)
      report(['source'], `${document} is not in spec/upstream.lock.yaml`, 'Add the document with its sha256.')
    else if (row.digest !== undefined && locked.sentences?.[row.digest] === undefined) {
      report(
        ['digest'],
        `no sentence of ${document} has the digest ${row.digest}`,
        'Add it to `sentences` in spec/upstream.lock.yaml; `p2pspec digest` makes it.',
      )
    }
    if (cited && row.digest === undefined)
      report([], 'cites a sentence without its digest', 'Add `digest`; `p2pspec digest` makes it from the sentence.')
  }
  return problems
}
