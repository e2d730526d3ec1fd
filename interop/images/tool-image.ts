import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { PeerError } from '../peers/peer-error.ts'
import { ensureImage } from './ensure-image.ts'
import { librariesOf, type ImageFile } from './image-files.ts'

/** The Redis that peers meet through. */
export async function redisImage(onProgress?: (text: string) => void): Promise<string> {
  const redis = programFile('redis-server', 'redis-server')
  return await ensureImage(
    { name: 'redis', files: [redis, ...librariesOf([redis.from])], lines: [`ENTRYPOINT ["${redis.to}"]`] },
    onProgress,
  )
}

/** What breaks a network, and what watches one. */
export async function labImage(onProgress?: (text: string) => void): Promise<string> {
  const names = ['iptables', 'ip6tables', 'tc', 'ip', 'tcpdump', 'sleep']
  const programs = names.map((name) => programFile(name, 'iptables iproute2 tcpdump'))
  // iptables loads one library for each kind of match and target, by name.
  const matches = filesIn('xtables')
  // tcpdump wants to know root by name.
  const users = { from: '/etc/passwd', to: '/etc/passwd' }
  const libraries = librariesOf([...programs, ...matches].map(({ from }) => from))
  return await ensureImage(
    {
      name: 'lab',
      files: [...programs, ...matches, ...libraries, users],
      lines: ['ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'WORKDIR /run', 'WORKDIR /'],
    },
    onProgress,
  )
}

/** A program of this machine at its own place; what is a link there is the file that it leads to. */
function programFile(name: string, packages: string): ImageFile {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin', '/bin']
  const place = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (place !== undefined) return { from: realpathSync(place), to: place }
  throw new PeerError(
    'build-failed',
    `an image of this machine's ${name} is wanted, and it is not there. Debian: apt-get install ${packages}`,
  )
}

function filesIn(folder: string): readonly ImageFile[] {
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
  const place = [`/usr/lib/${architecture}-linux-gnu`, '/usr/lib64', '/usr/lib']
    .map((libraries) => join(libraries, folder))
    .find((path) => existsSync(path))
  if (place === undefined) return []
  return readdirSync(place).map((name) => ({ from: realpathSync(join(place, name)), to: join(place, name) }))
}
