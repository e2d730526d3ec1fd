import { SpecFailure } from '../load/problem.ts'
import type { Model, SpecText } from '../model/model.ts'
import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import { fileHeader, limitsSource } from './header.ts'
import type { DefaultLimits } from './protobuf/emit-messages.ts'

/** messages.ts of every protocol and record that has a .proto. */
export const protobufEmitter: Emitter = {
  name: 'protobuf',
  async emit({ model, protocols, whole }: EmitContext): Promise<readonly EmittedFile[]> {
    const owners = [
      ...protocols.map(({ name, protos }) => ({ name, protos, folder: `protocols/${name}` })),
      ...(whole ? model.records : []).map(({ name, protos }) => ({ name, protos, folder: `records/${name}` })),
    ].filter(({ protos }) => protos.length > 0)
    if (owners.length === 0) return []
    const { messagesText } = await import('./protobuf/messages-text.ts')
    const files: EmittedFile[] = []
    for (const { name, protos, folder } of owners) {
      const [file, second] = protos
      if (file === undefined) continue
      if (second !== undefined) throw tooMany(second)
      const header = fileHeader('//', [file, ...limitsSource(model, name), ...limitsSource(model, 'wire')])
      files.push({ path: `${folder}/messages.ts`, text: await messagesText(file, defaultLimits(model, name), header) })
    }
    return files
  },
}

/** From the protocol's own table of limits, else from the table `wire`. */
function defaultLimits(model: Model, owner: string): DefaultLimits {
  const limit = (name: string): number => {
    const row = model.limits?.data.limits[owner]?.[name] ?? model.limits?.data.limits['wire']?.[name]
    if (row === undefined) throw missingLimit(model, name)
    return row.value
  }
  return { maxBytes: limit('maxMessageBytes'), maxCount: limit('maxRepeated'), maxDepth: limit('maxDepth') }
}

function missingLimit(model: Model, name: string): SpecFailure {
  const place = model.limits?.positionOf(['limits']) ?? { file: 'spec/common/limits.yaml', line: 1, column: 1 }
  return new SpecFailure([
    {
      ...place,
      message: `no limit \`${name}\` for protobuf messages`,
      fix: `Add \`${name}\` to the table \`wire\` of limits.`,
    },
  ])
}

function tooMany(file: SpecText): SpecFailure {
  return new SpecFailure([
    {
      file: file.path,
      line: 1,
      column: 1,
      message: 'a second .proto in one folder',
      fix: 'Put its messages into the first: messages.ts is made from one file.',
    },
  ])
}
