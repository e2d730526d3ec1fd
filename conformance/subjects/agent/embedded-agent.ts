import { createInterface } from 'node:readline'
import type { Stream } from '@p2pspec/generated/interfaces/stream'
import type { P2pNode } from '@p2pspec/runtime/node/create-node'
import { AGENT_FORMAT } from './agent-format.ts'

const CHUNK_BYTES = 16 * 1024
type Words = Readonly<Record<string, unknown>>
type Extras = { readonly addresses?: readonly string[]; readonly stream?: number }

/** Keeps the format of docs/agent.md over standard input and output with a node of this project, until it is told to stop. */
export async function serveAgent(node: P2pNode): Promise<void> {
  const agent = new EmbeddedAgent(node)
  print({ event: 'ready', agent: AGENT_FORMAT, peerId: String(node.peerId), addresses: node.addresses })
  for await (const line of createInterface({ input: process.stdin })) {
    const words = JSON.parse(line) as Words // the suite writes objects alone
    if (words['do'] === 'stop') break
    print(await agent.answer(words))
  }
  await node.stop()
}

class EmbeddedAgent {
  readonly #node: P2pNode
  readonly #streams = new Map<number, { readonly stream: Stream; written: Promise<void> }>()

  constructor(node: P2pNode) {
    this.#node = node
  }

  /** Never rejects. */
  async answer(words: Words): Promise<object> {
    const { id, do: what } = words
    try {
      const extras = await this.#perform(words)
      if (extras === null) return { id, ok: false, code: 'unsupported', message: `no command ${String(what)}` }
      return { id, ok: true, ...extras }
    } catch (error) {
      return { id, ok: false, code: 'failed', message: String(error) }
    }
  }

  async #perform(words: Words): Promise<Extras | null> {
    switch (words['do']) {
      case 'serve':
        // One by one, in one turn: what changes together is to be told together.
        for (const protocol of textsOf(words, 'protocols')) this.#node.handle(protocol, echo)
        return {}
      case 'unserve':
        for (const protocol of textsOf(words, 'protocols')) this.#node.unhandle(protocol)
        return {}
      case 'listen':
        return await this.#listen(textOf(words, 'address'))
      case 'open':
        return await this.#open(textOf(words, 'peer'), textOf(words, 'protocol'))
      case 'write': {
        const held = this.#held(words)
        const bytes = numberOf(words, 'bytes')
        // A remote that takes nothing keeps the answer from nobody.
        held.written = held.written.then(async () => await writeZeros(held.stream, bytes)).catch(() => undefined)
        return {}
      }
      case 'end': {
        const held = this.#held(words)
        held.written = held.written.then(async () => await held.stream.closeWrite()).catch(() => undefined)
        return {}
      }
      case 'reset':
        this.#held(words).stream.reset()
        return {}
      default:
        return null
    }
  }

  async #listen(address: string): Promise<Extras> {
    const before = new Set(this.#node.addresses)
    await this.#node.listen([address])
    return { addresses: this.#node.addresses.filter((one) => !before.has(one)) }
  }

  async #open(peer: string, protocol: string): Promise<Extras> {
    const connection = this.#node.connections.find(({ remotePeer }) => String(remotePeer) === peer)
    if (connection === undefined) throw new Error(`there is no connection with ${peer}`)
    // Only once the remote has agreed: what is written later is about the stream alone.
    const stream = await connection.openStream(protocol, { negotiateFully: true })
    const number = this.#streams.size + 1
    this.#streams.set(number, { stream, written: Promise.resolve() })
    return { stream: number }
  }

  #held(words: Words): { readonly stream: Stream; written: Promise<void> } {
    const number = numberOf(words, 'stream')
    const held = this.#streams.get(number)
    if (held === undefined) throw new Error(`there is no stream ${number}`)
    return held
  }
}

/** Sends back what arrives, and ends when the remote does. */
async function echo(stream: Stream): Promise<void> {
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) await stream.write(chunk)
  await stream.closeWrite()
}

async function writeZeros(stream: Stream, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) await stream.write(new Uint8Array(Math.min(left, CHUNK_BYTES)))
}

function textOf(words: Words, name: string): string {
  const value = words[name]
  if (typeof value !== 'string') throw new Error(`${name} is to be text`)
  return value
}

function textsOf(words: Words, name: string): readonly string[] {
  const value = words[name]
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string'))
    throw new Error(`${name} is to be a list of texts`)
  return value
}

function numberOf(words: Words, name: string): number {
  const value = words[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Error(`${name} is to be a whole number`)
  return value
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
