import { setTimeout as delay } from 'node:timers/promises'
import { privateKeyFromSeed } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey } from '@p2pspec/runtime/crypto/peer-id'
import type { Fault } from './matrix-file.ts'
import type { PartyNetwork, RunningParty } from './runtimes/runtime.ts'

export interface Broken {
  readonly listener: RunningParty
  readonly dialer: RunningParty
  readonly signal: AbortSignal
}

const pollMs = 10
/** An engine's word for SIGKILL, as a shell's. */
const killedCode = 137

/** What is wrong with the network before the dialer comes. */
export async function prepareNetwork(fault: Fault, listener: RunningParty): Promise<void> {
  if (fault.kind === 'loss') await networkOf(listener).lose(fault.share)
  if (fault.kind === 'rate') await networkOf(listener).limit(fault.kbit)
  // On a busy machine all the rest would arrive between the look at the counter and the parting.
  if (fault.kind === 'partition') await networkOf(listener).holdAfter(fault.afterBytes)
}

/** What is broken while the two talk. Null once that is done, else why it could not be: then nothing was tried. */
export async function breakNetwork(fault: Fault, broken: Broken): Promise<string | null> {
  switch (fault.kind) {
    case 'kill': {
      const missed = await underWay(fault.afterBytes, broken)
      if (missed !== null) return missed
      await (fault.who === 'listener' ? broken.listener : broken.dialer).kill()
      return await killed(fault.who === 'listener' ? broken.listener : broken.dialer)
    }
    case 'partition': {
      const missed = await underWay(fault.afterBytes, broken)
      if (missed !== null) return missed
      const network = networkOf(broken.listener)
      await network.leave()
      await network.letGo()
      await delay(fault.seconds * 1000)
      await network.join()
      return null
    }
    case 'loss':
    case 'rate':
    case 'ipv6-only':
    case 'wrong-key':
      return null
  }
}

/** The same address with a peer id of somebody else. */
export function changeKey(address: string): string {
  const somebody = peerIdFromPublicKey(privateKeyFromSeed(new Uint8Array(32).fill(1)).publicKey).toString()
  return /\/p2p\/[^/]+$/.test(address)
    ? address.replace(/\/p2p\/[^/]+$/, `/p2p/${somebody}`)
    : `${address}/p2p/${somebody}`
}

/** Waits until so much has come in at the listener. Null when it has. */
async function underWay(bytes: number, { listener, dialer, signal }: Broken): Promise<string | null> {
  const network = networkOf(listener)
  let over = false
  void dialer.exited.then(() => {
    over = true
  })
  for (;;) {
    const received = await network.receivedBytes()
    if (received >= bytes) return over ? 'the transfer was over before anything was broken' : null
    if (over || signal.aborted)
      return `nothing was broken: ${received} bytes had reached the listener at the end, not ${bytes}`
    await delay(pollMs)
  }
}

/** Null where it was the signal that ended it; a party may end by itself in the moment in which it is to be killed. */
async function killed({ exited }: RunningParty): Promise<string | null> {
  const { code, signal } = await exited
  return signal === 'SIGKILL' || code === killedCode ? null : 'the transfer was over before anything was broken'
}

function networkOf(party: RunningParty): PartyNetwork {
  if (party.network === null) throw new TypeError('this runtime has no network that a fault could be in')
  return party.network
}
