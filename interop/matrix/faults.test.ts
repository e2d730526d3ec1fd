import t from 'tap'
import { peerIdFromString } from '@p2pspec/runtime/crypto/peer-id'
import { breakNetwork, changeKey, prepareNetwork } from './faults.ts'
import type { PartyExit, PartyNetwork, RunningParty } from './runtimes/runtime.ts'

interface Double extends RunningParty {
  readonly did: string[]
  end(): void
}

/** A party whose network has received these amounts, one after another. */
function party(role: 'dialer' | 'listener', received: readonly number[] = []): Double {
  const did: string[] = []
  const { promise: exited, resolve } = Promise.withResolvers<PartyExit>()
  const amounts = received.values()
  let last = 0
  const note = async (what: string): Promise<void> => {
    did.push(what)
    await Promise.resolve()
  }
  const network: PartyNetwork = {
    lose: async (share) => await note(`lose ${share}`),
    limit: async (kbit) => await note(`limit ${kbit}`),
    holdAfter: async (bytes) => await note(`hold after ${bytes}`),
    letGo: async () => await note('let go'),
    leave: async () => await note('leave'),
    join: async () => await note('join'),
    receivedBytes: async () => await Promise.resolve((last = amounts.next().value ?? last)),
  }
  return {
    role,
    exited,
    network,
    did,
    kill: async () => {
      resolve({ code: null, signal: 'SIGKILL', output: '', lastLog: '' })
      await note('kill')
    },
    end: () => resolve({ code: 0, signal: null, output: '', lastLog: '' }),
  }
}

t.test('an address gets the peer id of somebody else, and one without gets one', async (t) => {
  const id = '12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X'
  const changed = changeKey(`/ip4/127.0.0.1/tcp/4001/p2p/${id}`)
  t.match(changed, /^\/ip4\/127\.0\.0\.1\/tcp\/4001\/p2p\/12D3KooW/)
  t.notMatch(changed, id)
  t.doesNotThrow(() => peerIdFromString(changed.split('/').at(-1) ?? ''))
  t.equal(changeKey('/ip4/127.0.0.1/tcp/4001'), changed)
})

t.test('a side is killed once so much has come in, and not before', async (t) => {
  for (const who of ['listener', 'dialer'] as const) {
    const listener = party('listener', [0, 10, 999, 1000])
    const dialer = party('dialer')
    const missed = await breakNetwork(
      { kind: 'kill', who, afterBytes: 1000 },
      { listener, dialer, signal: AbortSignal.timeout(20_000) },
    )
    t.equal(missed, null)
    t.strictSame(who === 'listener' ? [listener.did, dialer.did] : [dialer.did, listener.did], [['kill'], []])
  }
})

t.test('a side that ends by itself in the moment in which it is to be killed was not killed', async (t) => {
  const dialer = party('dialer')
  const missed = await breakNetwork(
    { kind: 'kill', who: 'dialer', afterBytes: 1000 },
    {
      listener: party('listener', [1000]),
      dialer: { ...dialer, kill: async () => await Promise.resolve(dialer.end()) },
      signal: AbortSignal.timeout(20_000),
    },
  )
  t.match(missed, /over before anything was broken/)
})

t.test('where the transfer is over before, nothing is broken and that is said', async (t) => {
  const listener = party('listener', [10])
  const dialer = party('dialer')
  dialer.end()
  const missed = await breakNetwork(
    { kind: 'partition', afterBytes: 1000, seconds: 1 },
    { listener, dialer, signal: AbortSignal.timeout(20_000) },
  )
  t.match(missed, /nothing was broken: 10 bytes/)
  t.strictSame(listener.did, [])
})

t.test('a partition heals', async (t) => {
  const listener = party('listener', [1000])
  const missed = await breakNetwork(
    { kind: 'partition', afterBytes: 1000, seconds: 1 },
    { listener, dialer: party('dialer'), signal: AbortSignal.timeout(20_000) },
  )
  t.equal(missed, null)
  t.strictSame(listener.did, ['leave', 'let go', 'join'])
})

t.test('loss, rate and what holds a transfer until its partition are there before the dialer comes', async (t) => {
  const listener = party('listener')
  await prepareNetwork({ kind: 'loss', share: 0.02 }, listener)
  await prepareNetwork({ kind: 'rate', kbit: 500 }, listener)
  await prepareNetwork({ kind: 'partition', afterBytes: 1000, seconds: 1 }, listener)
  await prepareNetwork({ kind: 'wrong-key' }, listener)
  t.strictSame(listener.did, ['lose 0.02', 'limit 500', 'hold after 1000'])
})
