import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { digestOf, filesBelow, librariesOf, packagesOf } from './image-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'p2pspec-image-files-'))
t.teardown(() => rmSync(folder, { recursive: true }))

await t.test('the files of an image are those that are wanted, in one order, links as links', (t) => {
  write('tree/b.ts', 'b')
  write('tree/a/deep.ts', 'a')
  write('tree/a/deep.test.ts', 'test')
  symlinkSync('b.ts', join(folder, 'tree/link.ts'))
  const files = filesBelow(join(folder, 'tree'), '/app', (path) => !path.endsWith('.test.ts'))
  t.strictSame(
    files.map(({ to, link }) => [to, link]),
    [
      ['/app/a/deep.ts', undefined],
      ['/app/b.ts', undefined],
      ['/app/link.ts', 'b.ts'],
    ],
  )
  t.end()
})

await t.test('the digest is that of contents, places, links and text, and of nothing else', (t) => {
  const [one, same, other] = [write('one', 'x'), write('same', 'x'), write('other', 'y')]
  const digest = digestOf([{ from: one, to: '/x' }], 'FROM scratch')
  t.equal(digestOf([{ from: same, to: '/x' }], 'FROM scratch'), digest)
  t.not(digestOf([{ from: other, to: '/x' }], 'FROM scratch'), digest, 'contents')
  t.not(digestOf([{ from: one, to: '/y' }], 'FROM scratch'), digest, 'places')
  t.not(digestOf([{ from: one, to: '/x', link: 'y' }], 'FROM scratch'), digest, 'links')
  t.not(digestOf([{ from: one, to: '/x' }], 'FROM other'), digest, 'text')
  t.end()
})

await t.test(
  'what a package needs is followed to the end; the nearer copy counts, what is optional may be absent',
  (t) => {
    writePackage('app', { dependencies: { near: '1', '@p2pspec/runtime': '0' }, optionalDependencies: { absent: '1' } })
    writePackage('app/node_modules/near', { dependencies: { far: '1' } })
    writePackage('node_modules/near', { dependencies: { wrong: '1' } })
    writePackage('node_modules/far', { dependencies: { near: '1' } })
    writePackage('node_modules/wrong', {})
    writePackage('node_modules/@p2pspec/runtime', {})
    t.strictSame(
      packagesOf([{ folder: join(folder, 'app') }], join(folder, 'node_modules')).map((place) =>
        place.slice(folder.length),
      ),
      ['/app/node_modules/near', '/node_modules/far', '/node_modules/near', '/node_modules/wrong'],
    )
    t.strictSame(
      packagesOf([{ folder: join(folder, 'node_modules/far'), only: ['near'] }], join(folder, 'node_modules')),
      [join(folder, 'node_modules/near'), join(folder, 'node_modules/wrong')],
      'of a package that has more, what is asked for alone',
    )
    t.strictSame(packagesOf([{ folder: join(folder, 'app'), only: [] }], join(folder, 'node_modules')), [])
    t.end()
  },
)

await t.test('the libraries of a program are files that are there', (t) => {
  const libraries = librariesOf([process.execPath])
  t.ok(libraries.some(({ from }) => /\/libc\.|\/ld-/.test(from)))
  t.ok(libraries.every(({ from, to }) => from === to))
  t.end()
})

function write(path: string, content: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

function writePackage(path: string, content: object): void {
  write(join(path, 'package.json'), JSON.stringify(content))
}
