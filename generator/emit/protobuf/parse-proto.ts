import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { projectRoot } from '../../load/project-root.ts'
import { SpecFailure } from '../../load/problem.ts'
import type { SpecText } from '../../model/model.ts'

/** What pbjs says of a namespace, a message or an enum; the rest of its JSON is not needed. */
export interface DescriptorNode {
  readonly edition?: string
  readonly comment?: string | null
  readonly comments?: Readonly<Record<string, string | null>>
  readonly nested?: Readonly<Record<string, DescriptorNode>>
  readonly fields?: Readonly<Record<string, DescriptorField>>
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>
  readonly values?: Readonly<Record<string, number>>
  readonly extensions?: readonly unknown[]
  readonly group?: boolean
  readonly extend?: string
}

export interface DescriptorField {
  readonly rule?: 'required' | 'repeated'
  readonly type: string
  readonly keyType?: string
  readonly id: number
  readonly options?: Readonly<Record<string, unknown>>
  readonly comment?: string | null
}

const target = fileURLToPath(new URL('pbjs-target.cjs', import.meta.url))
const cacheFolder = join(projectRoot, '.cache', 'protobuf')

/** Parses a .proto by protobufjs-cli. The answer depends on the text alone and is cached by its digest. */
export async function parseProto(file: SpecText): Promise<DescriptorNode> {
  const key = createHash('sha256').update('pbjs-json/1\0').update(file.text).digest('hex')
  const cached = join(cacheFolder, `${key}.json`)
  let json = readIfThere(cached)
  if (json === undefined) {
    mkdirSync(cacheFolder, { recursive: true })
    const source = join(cacheFolder, `${key}.proto`)
    writeFileSync(source, file.text)
    json = await runPbjs(source, file)
    // Renamed into place, so that two generators at once never read half a file.
    const partial = `${cached}.${process.pid}`
    writeFileSync(partial, json)
    renameSync(partial, cached)
  }
  // The text is what our own target wrote from protobufjs's reflection; DescriptorNode lists the members of it that we read.
  return JSON.parse(json) as DescriptorNode
}

async function runPbjs(source: string, file: SpecText): Promise<string> {
  const { default: pbjs } = await import('protobufjs-cli')
  return new Promise((resolve, reject) => {
    pbjs.pbjs.main(['-t', target, '--keep-case', '--alt-comment', source], (error, output) => {
      if (error) reject(protoFailure(file, error))
      else resolve(output ?? '')
    })
  })
}

function protoFailure(file: SpecText, error: Error): SpecFailure {
  const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1)
  const message = `the protobuf file does not parse: ${error.message.replace(/ \(.*\)$/s, '')}`
  return new SpecFailure([{ file: file.path, line, column: 1, message, fix: 'Write it as protoc would take it.' }])
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
