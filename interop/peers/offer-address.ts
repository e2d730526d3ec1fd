import type { Redis } from './redis.ts'

/** How a dialer asks for its listener's address: as a value of Redis, or as the first element of a list. */
export type AddressKind = 'value' | 'list'

/**
 * Leaves an address the way it is asked for, as soon as somebody asks. The documents of unified-testing do not say which it is: its programs for
 * transports block on a list, those for perf poll a value, and each of them fails on the other kind.
 */
export async function offerAddress(redis: Redis, key: string, address: string, signal: AbortSignal): Promise<void> {
  await redis.remove(key)
  using asked = await redis.watch((words) => kindOf(words, key), signal)
  if (asked === null) {
    await redis.set(key, address)
    return
  }
  // Who asked before anybody watched is blocked on a list: who polls will ask again.
  if (await redis.handOver(key, address)) return
  if ((await asked.found) === 'list') await redis.push(key, address)
  else await redis.set(key, address)
}

const ofLists = new Set(
  'BLPOP BRPOP LPOP RPOP BLMPOP LMPOP BLMOVE LMOVE BRPOPLPUSH RPOPLPUSH LRANGE LINDEX LLEN'.split(' '),
)
/** What the two sides of an offer do to the key themselves. */
const noQuestions = new Set('SET RPUSH LPUSH LREM DEL UNLINK EXPIRE'.split(' '))

/** What a command asks for, where it is about this key. */
export function kindOf([command = '', ...words]: readonly string[], key: string): AddressKind | undefined {
  const name = command.toUpperCase()
  if (!words.includes(key) || noQuestions.has(name)) return undefined
  return ofLists.has(name) ? 'list' : 'value'
}
