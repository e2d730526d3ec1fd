// Writes into a store until it is killed, and tells on standard output what was acknowledged. `node killed-writer.ts <path> <first number>`
import { writeSync } from 'node:fs'
import { multiaddr } from '@multiformats/multiaddr'
import { privateKeyFromSeed } from '../../crypto/keys.ts'
import { peerIdFromBytes, peerIdFromPublicKey } from '../../crypto/peer-id.ts'
import { sealPeerRecord } from '../../records/peer-record/peer-record.ts'
import { PeerStoreError } from './peer-store-error.ts'
import { openPeerStore, type PersistentPeerStore } from './persistent-peer-store.ts'

const [path = '', first = '1', last = 'Infinity'] = process.argv.slice(2)
const key = privateKeyFromSeed(new Uint8Array(32).fill(1))
const signer = peerIdFromPublicKey(key.publicKey)
const address = multiaddr('/ip4/192.0.2.1/tcp/4001')

let store: PersistentPeerStore | undefined
store = await openPeerStore(path).catch(fail)
// Synchronous: what is told is told before anything else happens.
tell('open')
for (let number = Number(first); number <= Number(last); number += 1) {
  store.addAddresses(numberedPeer(number), [address], 'identified')
  store.forget(numberedPeer(number - 3))
  store.addRecord(signer, sealPeerRecord(key, { sequence: BigInt(number), addresses: [address.bytes] }))
  await store.flush().catch(fail)
  tell(String(number))
}
await store.close()

function tell(text: string): void {
  writeSync(1, `${text}\n`)
}

function numberedPeer(number: number) {
  const bytes = new Uint8Array(38)
  bytes[1] = 36
  new DataView(bytes.buffer).setUint32(2, number)
  return peerIdFromBytes(bytes)
}

/** Memory has all that was added, whatever the disk does. */
function fail(error: unknown): never {
  const known = store === undefined ? 0 : store.addressesOf(signer).length
  tell(error instanceof PeerStoreError ? `${error.code} ${known}` : String(error))
  process.exit(1)
}
