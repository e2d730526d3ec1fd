// Builds the container images of the peers: node interop/images/build.ts [p2pspec] [go@0.48] … [--all-versions] [--json]
import { parseArgs } from 'node:util'
import { foreignPeers, foreignSubjects, isSubject, type Subject } from '../peers/peer-names.ts'
import { peerImage } from './peer-image.ts'

const plainProgressMs = 15_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, 'all-versions': { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !isSubject(name))
if (unknown.length > 0) {
  console.error(
    `no such peer: ${unknown.join(', ')}. There are ${['p2pspec', ...foreignPeers, ...foreignSubjects].join(', ')}`,
  )
  process.exit(2)
}
const everything: readonly Subject[] = ['p2pspec', ...(values['all-versions'] ? foreignSubjects : foreignPeers)]
const wanted = positionals.length === 0 ? everything : positionals.filter(isSubject)
const tags: Record<string, string> = {}
const began = performance.now()
for (const [index, subject] of wanted.entries()) {
  let state = 'looking what there is'
  const show = (): void => {
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    const line = `image ${index + 1} of ${wanted.length} (${subject}), ${seconds} s: ${state}`
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, process.stderr.columns - 1)}`)
    else console.error(line)
  }
  const timer = setInterval(show, process.stderr.isTTY ? 500 : plainProgressMs)
  try {
    const tag = await peerImage(subject, (text) => {
      state = text
    })
    tags[subject] = tag
    if (!values.json) console.log(`${subject.padEnd(9)} ${tag}`)
  } catch (error) {
    process.exitCode = 1
    console.error(error instanceof Error ? error.message : String(error))
  } finally {
    clearInterval(timer)
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  }
}
if (values.json) console.log(JSON.stringify(tags))
