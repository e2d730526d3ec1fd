import type { AgentProcess } from '../subjects/agent/agent-process.ts'
import { parseAddress } from '../subjects/listening-subject.ts'
import { TesterError } from '../tester/tester-error.ts'
import type { Desk } from './adapter.ts'
import type { ExtraCase, ScriptStep } from './extra-case.ts'
import type { ScriptStreams } from './script-streams.ts'

export type AgentStep = Extract<ScriptStep, { do: 'agent' | 'accept' | 'await-asked' }>

/** Whether only an application can bring the subject to this case. */
export function needsAgent({ steps }: ExtraCase): boolean {
  return steps.some((step) => step.do === 'agent')
}

/** Protocols of streams that the subject opens and the case takes. */
export function acceptedProtocols({ steps }: ExtraCase): readonly string[] {
  const named = steps.flatMap((step) => {
    if (step.do === 'accept') return [step.protocol]
    return step.do === 'agent' && step.act.what === 'open' ? [step.act.protocol] : []
  })
  return [...new Set(named)]
}

/** The steps of a script that an agent takes part in. */
export class AgentPlay {
  readonly #desk: Desk
  readonly #streams: ScriptStreams
  /** What the agent calls the streams that it opened. */
  readonly #numbers = new Map<string, number>()

  constructor(desk: Desk, streams: ScriptStreams) {
    this.#desk = desk
    this.#streams = streams
  }

  /** What did not come in time, or null. */
  async perform(step: AgentStep): Promise<string | null> {
    const { connection, arrivals } = this.#desk
    switch (step.do) {
      case 'agent':
        return await this.#act(step.act)
      case 'accept':
        return await this.#accept(step.stream, step.protocol)
      case 'await-asked':
        return (await arrivals?.served(step.protocol, connection.waitMs)) === true
          ? null
          : `a question by ${step.protocol}`
    }
  }

  async #act(act: Extract<AgentStep, { do: 'agent' }>['act']): Promise<string | null> {
    const { connection } = this.#desk
    connection.transcript.note('protocol', `the application is told: ${JSON.stringify(act)}`)
    switch (act.what) {
      case 'serve':
      case 'unserve':
        await this.#agent.call({ do: act.what, protocols: act.protocols })
        return null
      case 'listen':
        await this.#listen()
        return null
      case 'open': {
        const peer = connection.keys.identity.peerId
        const [{ stream }, missing] = await Promise.all([
          this.#agent.call({ do: 'open', peer, protocol: act.protocol }),
          this.#accept(act.stream, act.protocol),
        ])
        if (stream === undefined)
          throw new TesterError('malformed', 'protocol', 'the agent gave the stream that it opened no number')
        this.#numbers.set(act.stream, stream)
        return missing
      }
      case 'write':
        await this.#agent.call({ do: 'write', stream: this.#numberOf(act.stream), bytes: act.bytes })
        return null
      case 'end':
      case 'reset':
        await this.#agent.call({ do: act.what, stream: this.#numberOf(act.stream) })
        return null
    }
  }

  /** On another port of the host and the transport that it is met at. */
  async #listen(): Promise<void> {
    const { isQuic } = this.#desk.connection
    const address = isQuic ? '/ip4/127.0.0.1/udp/0/quic-v1' : '/ip4/127.0.0.1/tcp/0'
    const { addresses = [] } = await this.#agent.call({ do: 'listen', address })
    const [added] = addresses
    if (added === undefined) throw new TesterError('malformed', 'protocol', 'the agent listens, and does not say where')
    this.#desk.added.push(parseAddress(added).endpoint)
  }

  async #accept(name: string, protocol: string): Promise<string | null> {
    const { arrivals, connection } = this.#desk
    const stream = await arrivals?.next(protocol, connection.waitMs)
    if (stream === null || stream === undefined) return `a stream for ${protocol}`
    this.#streams.named.set(name, stream)
    return null
  }

  #numberOf(name: string): number {
    const number = this.#numbers.get(name)
    if (number === undefined) throw new TesterError('bad-case', 'protocol', `no agent opened a stream ${name}`)
    return number
  }

  get #agent(): AgentProcess {
    const { agent } = this.#desk
    if (agent === null) throw new TesterError('unsupported', 'protocol', 'nobody tells the application what to do')
    return agent
  }
}
