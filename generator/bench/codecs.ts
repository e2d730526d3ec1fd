/** The generated protobuf codecs beside protobufjs, static and by reflection. Run: `node generator/bench/codecs.ts`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import protobuf from 'protobufjs'
import pbjs from 'protobufjs-cli'
import { Bench } from 'tinybench'
import { commonCodecsEmitter } from '../emit/common-codecs.ts'
import { messagesText } from '../emit/protobuf/messages-text.ts'
import { projectRoot } from '../load/project-root.ts'

type Value = Readonly<Record<string, unknown>>

interface Work {
  readonly name: string
  readonly file: string
  readonly message: string
  readonly value: Value
}

const folder = join(projectRoot, '.cache', 'codec-bench')
const filled = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff)

const works: readonly Work[] = [
  {
    name: 'identify',
    file: 'spec/protocols/identify/identify.proto',
    message: 'Identify',
    value: {
      publicKey: filled(36, 1),
      listenAddrs: [filled(8, 2), filled(8, 3), filled(20, 4)],
      protocols: [
        '/ipfs/id/1.0.0',
        '/ipfs/id/push/1.0.0',
        '/ipfs/ping/1.0.0',
        '/ipfs/kad/1.0.0',
        '/meshsub/1.1.0',
        '/libp2p/circuit/relay/0.2.0/hop',
      ],
      observedAddr: filled(8, 5),
      protocolVersion: 'ipfs/0.1.0',
      agentVersion: 'p2pspec/0.1.0',
      signedPeerRecord: filled(180, 6),
    },
  },
  {
    name: 'routing reply, 20 peers',
    file: 'generator/bench/testdata/routing.proto',
    message: 'Message',
    value: {
      type: 4,
      key: filled(34, 7),
      closerPeers: Array.from({ length: 20 }, (_, peer) => ({
        id: filled(38, peer),
        addrs: [filled(8, peer), filled(8, peer + 1), filled(20, peer + 2)],
        connection: 1,
      })),
      clusterLevelRaw: 0,
    },
  },
]

for (const work of works) {
  const ours = await generated(work)
  const byStatic = await staticModule(work)
  const byReflection = protobuf.loadSync(join(projectRoot, work.file)).lookupType(work.message)
  const bytes = ours.encode(work.value)
  const decoded = byStatic.decode(bytes)
  if (Buffer.compare(bytes, byStatic.encode(byStatic.fromObject(work.value)).finish()) !== 0)
    throw new Error(`${work.name}: the codecs disagree`)
  for (const direction of ['encode', 'decode'] as const) {
    const bench = new Bench({ time: 400, warmupTime: 200 })
    if (direction === 'encode') {
      bench.add('generated', () => void ours.encode(work.value))
      bench.add('protobufjs static', () => void byStatic.encode(decoded).finish())
      bench.add('protobufjs reflection', () => void byReflection.encode(decoded).finish())
    } else {
      bench.add('generated', () => void ours.decode(bytes))
      bench.add('protobufjs static', () => void byStatic.decode(bytes))
      bench.add('protobufjs reflection', () => void byReflection.decode(bytes))
    }
    await bench.run()
    const perSecond = bench.tasks.map((task) => ({
      name: task.name,
      rate: task.result.state === 'completed' ? task.result.throughput.mean : 0,
    }))
    const best = Math.max(...perSecond.slice(1).map(({ rate }) => rate))
    console.log(`${work.name}, ${direction}, ${bytes.length} bytes`)
    for (const { name, rate } of perSecond)
      console.log(
        `  ${name.padEnd(24)} ${Math.round(rate).toLocaleString('en').padStart(10)}/s  ${(rate / best).toFixed(2)} × the best of protobufjs`,
      )
  }
}

async function generated({ name, file, message }: Work) {
  const context = {
    model: {
      protocols: [],
      records: [],
      interfaces: [],
      limits: undefined,
      errors: undefined,
      framings: undefined,
      lock: undefined,
    },
    protocols: [],
    whole: true,
  }
  for (const { path, text } of await commonCodecsEmitter.emit(context)) write(path, text)
  const text = readFileSync(join(projectRoot, file), 'utf8')
  const limits = { maxBytes: 65_536, maxCount: 1024, maxDepth: 8 }
  const emitted = await messagesText({ path: file, name, sha256: '', text }, limits, '')
  const module = (await import(pathToFileURL(write(`protocols/${message}/messages.ts`, emitted)).href)) as Readonly<
    Record<string, unknown>
  > // the emitter's exports
  return {
    encode: module[`encode${message}`] as (value: Value) => Uint8Array, // emitted with this shape
    decode: module[`decode${message}`] as (bytes: Uint8Array) => Value, // emitted with this shape
  }
}

/** What `pbjs -t static-module` gives for the message. */
async function staticModule({ file, message }: Work): Promise<protobuf.Type> {
  const code = await new Promise<string>((resolve, reject) => {
    pbjs.pbjs.main(
      ['-t', 'static-module', '-w', 'commonjs', '--keep-case', '--no-comments', join(projectRoot, file)],
      (error, output) => {
        if (error) reject(error)
        else resolve(output ?? '')
      },
    )
  })
  const loaded: unknown = createRequire(import.meta.url)(write(`${message}.cjs`, code))
  const root = loaded as Readonly<Record<string, Readonly<Record<string, protobuf.Type>>>> // package → message; a static class has the methods of a Type that are used here
  const found = Object.values(root).find((names) => message in names)?.[message]
  if (found === undefined) throw new Error(`no static ${message}`)
  return found
}

function write(path: string, text: string): string {
  const whole = join(folder, path)
  mkdirSync(join(whole, '..'), { recursive: true })
  writeFileSync(whole, text)
  return whole
}
