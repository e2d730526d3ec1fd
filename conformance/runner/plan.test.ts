import t from 'tap'
import { agentSubject } from '../subjects/agent/agent-subject.ts'
import type { Subject, TransportName } from '../subjects/subject.ts'
import { listeningSubject } from '../subjects/listening-subject.ts'
import { usualStack } from '../tester/stack.ts'
import type { Knowledge } from './knowledge.ts'
import { planCases } from './plan.ts'

const knowledge: Knowledge = {
  agent: null,
  peerId: null,
  protocols: ['/ipfs/ping/1.0.0'],
  opens: [],
  earlyMuxers: null,
  networkNonce: null,
  stack: usualStack,
  roundTripMs: 1,
  waitMs: 1000,
}
const addresses: Readonly<Record<TransportName, string>> = {
  tcp: '/ip4/127.0.0.1/tcp/4001',
  quic: '/ip4/127.0.0.1/udp/4001/quic-v1',
}

function planned(transport: TransportName, protocol: string): ReturnType<typeof planCases> {
  return planCases({ subject: listeningSubject(addresses[transport], null), protocols: [protocol] }, knowledge)
}

t.test('over QUIC a case about the bytes of a security or a muxer is told, and has no place to play at', (t) => {
  for (const protocol of ['noise', 'tls', 'yamux', 'mplex']) {
    const cases = planned('quic', protocol)
    t.ok(cases.length > 0, protocol)
    for (const { one, places, inapplicable } of cases) {
      t.match(inapplicable, /^not applicable over QUIC/, one.id)
      t.equal(places.length, 0, one.id)
    }
  }
  t.end()
})

t.test('over QUIC a negotiation is played on streams alone, over TCP on the raw connection too', (t) => {
  const reaches = (transport: TransportName): readonly string[] => {
    const all = planned(transport, 'multistream-select').flatMap(({ places }) => places.map(({ reach }) => reach.at))
    return [...new Set(all)].sort()
  }
  t.same(reaches('quic'), ['stream'])
  t.same(reaches('tcp'), ['secured', 'stream', 'transport'])
  t.end()
})

t.test('over TCP the cases of QUIC are none of the plan', (t) => {
  t.equal(planned('tcp', 'quic').length, 0)
  t.ok(planned('quic', 'quic').every(({ inapplicable }) => inapplicable === null))
  t.end()
})

t.test('what only an application can do is played with an agent, and nothing else is', (t) => {
  const ids = (subject: Subject): readonly string[] =>
    planCases({ subject, protocols: ['identify'] }, knowledge).map(({ one }) => one.id)
  const agent = ids(agentSubject(['never started'], null, 'tcp'))
  const listener = ids(listeningSubject(addresses.tcp, null))
  t.ok(agent.includes('identify/writer/push/protocol-served'))
  t.ok(listener.length > agent.length)
  t.same(
    agent.filter((id) => listener.includes(id)),
    [],
  )
  t.end()
})

t.test('an address says by which transport its node is met', (t) => {
  t.equal(listeningSubject('/ip4/1.2.3.4/udp/4/quic-v1', null).transport, 'quic')
  t.equal(listeningSubject('/dns4/a.b/tcp/4/p2p/12D3KooW', null).transport, 'tcp')
  for (const wrong of [
    '/ip4/1.2.3.4/udp/4',
    '/ip4/1.2.3.4/udp/4/quic',
    '/ip4/1.2.3.4/tcp/4/quic-v1',
    '/ip4/1.2.3.4/udp/65536/quic-v1',
  ])
    t.throws(() => listeningSubject(wrong, null), { code: 'bad-case' }, wrong)
  t.end()
})
