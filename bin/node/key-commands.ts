import { generatePrivateKey, type KeyType, type PrivateKey } from '@p2pspec/runtime/crypto/keys'
import { peerIdFromPublicKey, peerIdToCid } from '@p2pspec/runtime/crypto/peer-id'
import { UsageFailure } from '../usage-failure.ts'
import { keyFormats, readKeyFile, writeKeyFile, type KeyFormat } from './key-file.ts'
import type { Output } from './output.ts'

const keyTypes: readonly KeyType[] = ['ed25519', 'secp256k1', 'ecdsa', 'rsa']

export interface NewKeyFlags {
  readonly type: string
  readonly format: string
  readonly rsaBits: string
}

export async function newKey(path: string, flags: NewKeyFlags, output: Output): Promise<void> {
  const type = oneOf('--type', flags.type, keyTypes)
  const format = oneOf('--format', flags.format, keyFormats)
  const rsaBits = Number(flags.rsaBits)
  if (![2048, 3072, 4096, 8192].includes(rsaBits)) throw new UsageFailure('--rsa-bits takes 2048, 3072, 4096 or 8192')
  const privateKey = generatePrivateKey(type, { rsaBits })
  await writeKeyFile(path, privateKey, format)
  tellKey('created', path, privateKey, format, output)
}

export async function showKey(path: string, output: Output): Promise<void> {
  const { privateKey, format } = await readKeyFile(path)
  tellKey('key', path, privateKey, format, output)
}

export async function convertKey(from: string, to: string, wanted: string, output: Output): Promise<void> {
  const format = oneOf('--format', wanted, keyFormats)
  const { privateKey } = await readKeyFile(from)
  await writeKeyFile(to, privateKey, format)
  tellKey('converted', to, privateKey, format, output)
}

/** The public half alone: nothing secret is ever printed. */
function tellKey(event: string, path: string, privateKey: PrivateKey, format: KeyFormat, output: Output): void {
  const peerId = peerIdFromPublicKey(privateKey.publicKey)
  const cid = peerIdToCid(peerId)
  const publicKey = Buffer.from(privateKey.publicKey.encode()).toString('hex')
  output.tell(
    { event, file: path, type: privateKey.type, format, peerId: peerId.toString(), cid, publicKey },
    `file        ${path} (${format})`,
    `type        ${privateKey.type}`,
    `peer id     ${peerId}`,
    `as a CID    ${cid}`,
    `public key  ${publicKey}`,
  )
}

function oneOf<Word extends string>(flag: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text)
  if (found === undefined) throw new UsageFailure(`${flag} takes ${words.join(', ')}, not ${text}`)
  return found
}
