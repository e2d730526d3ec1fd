import { spawnSync } from 'node:child_process'
import { posix } from 'node:path'
import t from 'tap'
import { loadModel } from '../../load/load-model.ts'
import { projectRoot } from '../../load/project-root.ts'
import { resolveMachine } from '../../model/resolve-machine.ts'
import { pagesEmitter } from '../pages.ts'
import { arrowsOf, mermaid } from './diagram.ts'

const model = loadModel(projectRoot)
const files = await pagesEmitter.emit({ model, protocols: model.protocols, whole: true })
const byPath = new Map(files.map(({ path, text }) => [path, text]))

t.test('every protocol has a page, and every role a diagram, which the page shows', async (t) => {
  for (const protocol of model.protocols) {
    const page = byPath.get(`protocols/${protocol.name}/README.md`) ?? ''
    t.match(page, new RegExp(`^# ${protocol.name}$`, 'm'))
    for (const role of resolveMachine(protocol, model)?.roles ?? []) {
      t.match(page, `![State diagram of the ${role.name}](./${role.name}.svg)`)
      t.match(byPath.get(`protocols/${protocol.name}/${role.name}.svg`), /<svg [\s\S]*<\/svg>\n$/)
      for (const state of role.states) t.match(page, `| ${state.name} |`, `a column for ${state.name}`)
    }
  }
})

t.test('every table is whole, and every link inside a page leads somewhere', async (t) => {
  for (const [path, text] of byPath) {
    if (!path.endsWith('.md')) continue
    let columns = 0
    const uneven: string[] = []
    for (const line of text.split('\n')) {
      const cells = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0
      if (cells > 0 && columns > 0 && cells !== columns) uneven.push(line)
      columns = cells
    }
    t.same(uneven, [], `${path}: rows have as many cells as their head`)
    const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id))
    const dead = [...text.matchAll(/\]\((?<to>[^)]+)\)/g)]
      .map(({ groups }) => groups?.['to'] ?? '')
      .filter((to) => {
        if (to.startsWith('https://')) return false
        if (to.startsWith('#')) return !anchors.has(to.slice(1))
        const target = posix.join(posix.dirname(path), to)
        return !byPath.has(target) && !target.startsWith('interfaces/')
      })
    t.same(dead, [], `${path}: no dead links`)
  }
})

t.test('the diagram has the rows that differ from state to state, each once', async (t) => {
  const protocol = model.protocols.find(({ name }) => name === 'multistream-select')
  const initiator =
    protocol === undefined ? undefined : resolveMachine(protocol, model)?.roles.find(({ name }) => name === 'initiator')
  if (initiator === undefined) throw new Error('multistream-select has no initiator any more')
  t.same(arrowsOf(initiator), [
    { from: 'awaitHeader', to: 'awaitReply', labels: ['recv.header'], observed: false },
    { from: 'awaitHeader', to: 'failed', labels: ['recv.* (bad-header)'], observed: false },
    {
      from: 'awaitReply',
      to: 'failed',
      labels: [
        'recv.* (unexpected-message)',
        'recv.na/last (not-supported)',
        'recv.protocol/other (unexpected-message)',
      ],
      observed: false,
    },
    { from: 'awaitReply', to: 'awaitReply', labels: ['recv.na/more ▸ protocol'], observed: false },
    { from: 'awaitReply', to: 'done', labels: ['recv.protocol/echo ▸ selected(name)'], observed: false },
  ])
  t.match(
    mermaid(initiator),
    /^stateDiagram-v2\n {2}direction LR\n {2}\[\*\] --> awaitHeader: start ▸ header, protocol\n/,
  )
})

t.test('another process, in another time zone and language, writes the same bytes', async (t) => {
  const script = `
    const { loadModel } = await import('./generator/load/load-model.ts')
    const { pagesEmitter } = await import('./generator/emit/pages.ts')
    const { casesEmitter } = await import('./generator/emit/cases.ts')
    const model = loadModel(process.cwd(), ['multistream-select'])
    const { createHash } = await import('node:crypto')
    const hash = createHash('sha256')
    for (const emitter of [pagesEmitter, casesEmitter]) for (const { path, text } of await emitter.emit({ model, protocols: model.protocols, whole: true })) hash.update(path + text)
    console.log(hash.digest('hex'))`
  const run = (environment: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: projectRoot,
      env: { PATH: process.env['PATH'], ...environment },
      encoding: 'utf8',
    })
  const first = run({ TZ: 'UTC', LANG: 'C' })
  const second = run({ TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', HOME: '/nowhere' })
  t.match(first.stdout, /^[0-9a-f]{64}\n$/, first.stderr)
  t.equal(first.stdout, second.stdout)
})
