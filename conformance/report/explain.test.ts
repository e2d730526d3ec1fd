import t from 'tap'
import { readCases } from './case-source.ts'
import { explain } from './explain.ts'
import { nearMatches } from './near-matches.ts'
import { specProtocols } from './requirement-index.ts'

t.test('a case is explained with its bytes, what is allowed, and the sentence with its document', async (t) => {
  const { found, text } = explain('multistream-select/responder/awaitProposal/recv.protocol.unsupported')
  t.ok(found)
  t.match(text, /1\. send header\n +132f6d756c746973747265616d2f312e302e300a\n/)
  t.match(text, /Allowed:\n {2}sends header\n {2}sends na\n/)
  t.match(text, /MSS-SEL-3 MUST, stated as fact in the text\n/)
  t.match(text, /https:\/\/github\.com\/libp2p\/specs\/blob\/[0-9a-f]+\/connections\/README\.md#multistream-select/)
  t.match(text, /p2pspec check <address> --filter 'multistream-select\/responder\//)
  t.match(
    explain('identify/writer/push/protocol-served').text,
    /p2pspec check --agent --filter 'identify\/writer\/push\/protocol-served' -- <command>/,
  )
})

t.test('cases of every protocol can be explained, generated and written by hand', async (t) => {
  for (const protocol of specProtocols()) {
    const ids = [...readCases(protocol).keys()]
    for (const id of [ids[0], ids.at(-1)]) if (id !== undefined) t.ok(explain(id).found, id)
  }
})

t.test('a requirement is explained with the cases that cite it', async (t) => {
  const { found, text } = explain('MSS-SEL-3')
  t.ok(found)
  t.match(text, /cases cite it:\n {2}multistream-select\/responder\/awaitProposal\/recv\.protocol\.unsupported/)
})

t.test('an unknown id is answered with near ones, nearest first', async (t) => {
  const { found, text } = explain('multistream-select/responder/awaitProposal/recv.protocol.unsuported')
  t.notOk(found)
  t.match(text, /Did you mean:\n {2}multistream-select\/responder\/awaitProposal\/recv\.protocol\.unsupported\n/)
  t.equal(
    nearMatches('ping echo', ['yamux/x', 'ping/server/echoing/recv.payload', 'ping/client'], 1)[0],
    'ping/server/echoing/recv.payload',
  )
  t.strictSame(nearMatches('zzzzzzzz', ['ping/server'], 3), [])
})
