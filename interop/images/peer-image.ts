import { existsSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { buildPeer, type BuildProgress } from '../peers/build-peer.ts'
import { versionOf, type Subject } from '../peers/peer-names.ts'
import { ensureImage } from './ensure-image.ts'
import { filesBelow, librariesOf, packagesOf, type ImageFile } from './image-files.ts'

const project = join(import.meta.dirname, '..', '..')
const isTest = /\.(test|bench)\.ts$|(^|\/)testdata\//

/** The image of a peer program, as it keeps the contract: built where the engine does not have it; its tag. */
export async function peerImage(subject: Subject, onProgress: (text: string) => void = () => {}): Promise<string> {
  if (subject === 'p2pspec') return await ownImage(onProgress)
  const { peer, version } = versionOf(subject)
  const { folder } = await buildPeer(subject, (progress) => onProgress(`${subject}: ${describe(progress)}`))
  const name = `peer-${peer}-${version}`
  if (peer !== 'js') {
    return await ensureImage(
      { name, files: programFiles(join(folder, 'peer')), lines: ['ENTRYPOINT ["/peer", "contract"]'] },
      onProgress,
    )
  }
  const files = filesBelow(folder, '/app')
  return await ensureImage(
    { name, base: await nodeImage(onProgress), files: withLibraries(files), lines: [nodeEntry('/app/peer.js')] },
    onProgress,
  )
}

/** A static program needs nothing else; one that is not brings its libraries. */
function programFiles(program: string): ImageFile[] {
  let libraries: ImageFile[] = []
  try {
    libraries = librariesOf([program])
  } catch {
    // ldd fails on what is static.
  }
  return [{ from: program, to: '/peer' }, ...libraries]
}

/** This project's node, from its sources, with the packages that the runtime and the contract need and no other. */
async function ownImage(onProgress: (text: string) => void): Promise<string> {
  return await ensureImage(
    {
      name: 'peer-p2pspec',
      base: await nodeImage(onProgress),
      files: withLibraries(ownFiles()),
      lines: [nodeEntry('/app/interop/peers/p2pspec/peer.ts')],
    },
    onProgress,
  )
}

export function ownFiles(): readonly ImageFile[] {
  const nodeModules = join(project, 'node_modules')
  const own = ['runtime', 'generated'].map((name) => ({ folder: join(project, name) }))
  const contract = { folder: join(project, 'interop'), only: ['@redis/client'] }
  const packages = packagesOf([...own, contract], nodeModules).map((folder) => ({
    folder,
    to: join('/app', relative(project, folder)),
  }))
  return [
    ...['runtime', 'generated', 'interop/peers/p2pspec'].flatMap((room) =>
      filesBelow(
        join(project, room),
        join('/app', room),
        (path) => /\.(ts|json)$/.test(path) && !isTest.test(path) && !path.includes('node_modules/'),
      ),
    ),
    ...['interop/package.json', 'interop/peers/offer-address.ts', 'interop/peers/redis.ts'].map((path) => ({
      from: join(project, path),
      to: join('/app', path),
    })),
    // Node strips types outside of node_modules alone: the packages of this project are links, as in a checkout.
    ...['runtime', 'generated'].map((name) => ({
      from: join(project, name),
      to: `/app/node_modules/@p2pspec/${name}`,
      link: `../../${name}`,
    })),
    ...packages.flatMap(({ folder, to }) => filesBelow(realpathSync(folder), to, (path) => !isLeftOut.test(path))),
  ]
}

const isLeftOut = /\.(d\.ts|map|md)$|^(src|test|dist\/test)\//

/** Node of the npm registry and the libraries that it loads; the images of all peers in JavaScript share it. */
async function nodeImage(onProgress: (text: string) => void): Promise<string> {
  const fromNpm = join(project, 'node_modules', 'node', 'bin', 'node')
  const node = realpathSync(existsSync(fromNpm) ? fromNpm : process.execPath)
  const files = [{ from: node, to: '/usr/bin/node' }, ...librariesOf([node])]
  return await ensureImage(
    { name: 'node', files, lines: ['ENV PATH=/usr/bin', 'WORKDIR /tmp', 'WORKDIR /app'] },
    onProgress,
  )
}

function nodeEntry(program: string): string {
  return `ENTRYPOINT ["/usr/bin/node", "--expose-gc", "${program}", "contract"]`
}

/** Packages with a binary of their own may load a library that Node does not. */
function withLibraries(files: readonly ImageFile[]): ImageFile[] {
  const binaries = files.filter(({ to }) => to.endsWith('.node')).map(({ from }) => from)
  return [...files, ...librariesOf(binaries)]
}

function describe(progress: BuildProgress): string {
  if (progress.type === 'waiting') return `process ${progress.owner ?? '?'} is building it, waiting for that`
  return progress.output === '' ? progress.step : progress.output
}
