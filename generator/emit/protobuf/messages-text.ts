import type { SpecText } from '../../model/model.ts'
import type { DefaultLimits } from './emit-messages.ts'
import { emitMessages } from './emit-messages.ts'
import { parseProto } from './parse-proto.ts'
import { protoSchema } from './proto-schema.ts'

/** The text of one messages.ts. */
export async function messagesText(file: SpecText, limits: DefaultLimits, header: string): Promise<string> {
  return emitMessages(protoSchema(file, await parseProto(file)), limits, header)
}
