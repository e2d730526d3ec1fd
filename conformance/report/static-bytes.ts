import path from 'node:path'
import { asText, isRecord, readYaml } from './requirement-index.ts'

type Rows = Readonly<Record<string, unknown>>

/** Says which bytes a step puts on the stream, where they are the same in every run; null where they depend on the subject, a key or a fixture. */
export function staticBytesOf(protocol: string, specFolder: string): (step: unknown) => Uint8Array | null {
  const machine = readYaml(path.join(specFolder, 'protocols', protocol, 'machine.yaml'))
  const framing = isRecord(machine?.['framing']) ? machine['framing'] : {}
  const messages = isRecord(machine?.['messages']) ? machine['messages'] : {}
  return (step) => {
    if (!isRecord(step)) return null
    const { send } = step
    if (isRecord(send)) return scriptBytes(send)
    if (step['do'] !== 'send' || step['fixture'] !== undefined) return null
    const message = messages[asText(step['message'])]
    const payload = isRecord(message) ? payloadOf(message, isRecord(step['fields']) ? step['fields'] : {}) : null
    return payload === null ? null : framed(payload, framing)
  }
}

export function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function payloadOf(message: Rows, fields: Rows): Uint8Array | null {
  if (typeof message['equals'] === 'string') return utf8(message['equals'])
  const value = fields[asText(message['text']) || asText(message['bytes'])]
  if (typeof value === 'string' && message['text'] !== undefined) return utf8(value)
  if (isRecord(value) && typeof value['hex'] === 'string') return Buffer.from(value['hex'], 'hex')
  return null
}

function framed(payload: Uint8Array, framing: Rows): Uint8Array | null {
  if (framing['kind'] === 'fixed') return payload
  if (framing['kind'] !== 'uvarint-prefixed') return null
  const body = Buffer.concat([payload, utf8(asText(framing['suffix']))])
  return Buffer.concat([uvarint(body.length), body])
}

/** A hand-written step: `hex`, `text` and `multistream` say their bytes. */
function scriptBytes(send: Rows): Uint8Array | null {
  if (typeof send['hex'] === 'string') return Buffer.from(send['hex'].replaceAll(' ', ''), 'hex')
  if (typeof send['text'] === 'string') return utf8(send['text'])
  if (typeof send['multistream'] !== 'string') return null
  const body = utf8(`${send['multistream']}\n`)
  return Buffer.concat([uvarint(body.length), body])
}

function uvarint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80)
  return Uint8Array.from([...bytes, rest])
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
