import { availableParallelism } from 'node:os'
import type { SubjectInfo } from '../../events.ts'
import { QuicWire } from '../../tester/quic-wire.ts'
import { dialSocket } from '../../tester/socket.ts'
import { TesterError } from '../../tester/tester-error.ts'
import { parseAddress } from '../listening-subject.ts'
import type { Subject, TransportName } from '../subject.ts'
import { AgentProcess } from './agent-process.ts'

/** A fresh process in every case wants a processor of its own. */
const PARALLEL_PROCESSES = Math.max(2, availableParallelism())

/** A node whose application does what a case says: started afresh for every connection, listening, and dialled by the suite. */
export function agentSubject(command: readonly string[], name: string | null, transport: TransportName): Subject {
  if (command.length === 0)
    throw new TesterError('bad-case', 'transport', 'an agent needs a command: p2pspec check --agent -- ./my-node agent')
  const info: SubjectInfo = { name: name ?? 'subject', agent: null, address: null, peerId: null, mode: 'agent' }
  return {
    info,
    transport,
    parallel: PARALLEL_PROCESSES,
    async connect(_keys, transcript, waitMs) {
      const agent = await AgentProcess.start(command)
      try {
        const fitting = agent.ready.addresses.map(parseAddress).find((one) => one.transport === transport)
        if (fitting === undefined)
          throw new TesterError('refused', 'transport', `the agent listens on no address of ${transport}`)
        transcript.note('transport', `the agent listens on ${agent.ready.addresses.join(', ')}`)
        const { endpoint } = fitting
        const wire =
          transport === 'quic'
            ? await QuicWire.dial(endpoint, transcript)
            : await dialSocket(endpoint, transcript, waitMs)
        const release = async (): Promise<string | null> => {
          wire.destroy()
          return await agent.stop()
        }
        // It says itself when its start is over.
        return { wire, side: 'dialer', startMs: 0, agent, release }
      } catch (error) {
        await agent.stop()
        throw error
      }
    },
    close: () => Promise.resolve(),
  }
}
