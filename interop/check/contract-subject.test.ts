import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check } from '@p2pspec/conformance/check'
import t from 'tap'
import { contractSubject, type ContractSubjectOptions } from './contract-subject.ts'

t.setTimeout(300_000)

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-check-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const peer = fileURLToPath(new URL('../peers/p2pspec/peer.ts', import.meta.url))

const optionsOf = (mode: 'listener' | 'dialer', command: readonly string[]): ContractSubjectOptions => ({
  command,
  mode,
  name: 'p2pspec',
  security: 'noise',
  muxer: 'yamux',
  folder: join(folder, mode),
  onProgress: () => undefined,
})

for (const mode of ['listener', 'dialer'] as const)
  await t.test(`a program that keeps the contract is judged as ${mode}, and ends with the check`, async (t) => {
    const subject = await contractSubject(optionsOf(mode, [process.execPath, peer, 'contract']))
    const lines: string[] = []
    const code = await check({
      subject,
      out: join(folder, 'out', mode),
      formats: ['json'],
      terminal: 'plain',
      protocols: ['ping'],
      write: (text) => lines.push(text),
    })
    await subject.close()
    t.equal(code, 0, lines.join(''))
    t.match(lines.join(''), /\d+ cases in .*: [1-9]\d* pass/)
    t.notMatch(lines.join(''), / fail /)
    // Libraries limit connections by address, but not those of the loopback.
    if (mode === 'listener') t.match(lines.join(''), /\/ip4\/127\.0\.0\.1\/tcp\//)
  })

await t.test(
  'a listener that ends before it told its address is no subject, and the error has its last words',
  async (t) => {
    const program = [process.execPath, '-e', 'console.error("no such stack"); process.exit(127)']
    await t.rejects(contractSubject(optionsOf('listener', program)), {
      name: 'MatrixError',
      code: 'no-start',
      message: /\(127: it does not support this stack\): no such stack/,
    })
  },
)

await t.test('a listener that tells no address in time is ended with the check', async (t) => {
  const told = join(folder, 'pid')
  const program = `require('node:fs').writeFileSync(${JSON.stringify(told)}, String(process.pid)); setInterval(() => {}, 1000)`
  const options = optionsOf('listener', [process.execPath, '-e', program])
  await t.rejects(contractSubject({ ...options, patienceSeconds: 3 }), { code: 'no-start', message: /within 3 s/ })
  const pid = Number(readFileSync(told, 'utf8'))
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})

await t.test('a dialer that ends without a dial fails its cases, and the reason is in them', async (t) => {
  const program = [process.execPath, '-e', 'console.error("I will not"); process.exit(1)']
  const subject = await contractSubject(optionsOf('dialer', program))
  const lines: string[] = []
  const code = await check({
    subject,
    out: join(folder, 'out', 'vain'),
    formats: ['json'],
    terminal: 'plain',
    protocols: ['ping'],
    filters: ['ping'],
    write: (text) => lines.push(text),
  })
  await subject.close()
  t.not(code, 0)
  t.match(lines.join(''), /I will not/)
})

await t.test('an image and a program at once, or neither, is a mistake that is told', async (t) => {
  await t.rejects(contractSubject({ ...optionsOf('listener', ['true']), image: 'an-image' }), { code: 'no-image' })
  await t.rejects(contractSubject(optionsOf('listener', [])), { code: 'no-image' })
})
