import { createDecipheriv, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What the dialer and the listener put on the wire. */
export interface Wire {
  readonly sent: Buffer
  readonly received: Buffer
}

const suites = new Map([
  [0x1301, { name: 'aes-128-gcm', keyBytes: 16, hash: 'sha256' }],
  [0x1302, { name: 'aes-256-gcm', keyBytes: 32, hash: 'sha384' }],
  [0x1303, { name: 'chacha20-poly1305', keyBytes: 32, hash: 'sha256' }],
] as const)

/** The application data of both directions of a TLS 1.3 connection, which begins after some words in the clear. */
export function decrypt({ sent, received }: Wire, keys: string, words: string): Wire {
  const [ofClient, ofServer] = [recordsIn(afterWords(sent, words)), recordsIn(afterWords(received, words))]
  const random = ofClient[0]?.subarray(11, 43).toString('hex') ?? ''
  const hello = ofServer[0] ?? Buffer.alloc(0)
  const suite = hello.readUInt16BE(44 + hello.readUInt8(43))
  const secrets = secretsIn(keys)
  const secretOf = (label: string): Buffer => {
    const secret = secrets.get(`${label} ${random}`)
    if (secret === undefined) throw new Error(`${keys} has no ${label} of the client random on the wire`)
    return secret
  }
  const read = (records: readonly Buffer[], side: string): Buffer =>
    applicationData(records, suite, [secretOf(`${side}_HANDSHAKE_TRAFFIC_SECRET`), secretOf(`${side}_TRAFFIC_SECRET_0`)])
  return { sent: read(ofClient, 'CLIENT'), received: read(ofServer, 'SERVER') }
}

function applicationData(records: readonly Buffer[], suiteCode: number, secrets: readonly [Buffer, Buffer]): Buffer {
  const suite = suites.get(suiteCode as 0x1301) // another code is not in the map
  if (suite === undefined) throw new Error(`no cipher suite of TLS 1.3: ${suiteCode}`)
  const found: Buffer[] = []
  let [secret, later]: [Buffer, Buffer | undefined] = [...secrets]
  let sequence = 0
  for (const record of records.filter(([type]) => type === 23)) {
    let inner: Buffer
    try {
      inner = open(record, secret, sequence, suite)
    } catch (error) {
      // The handshake is over, and with it its secret.
      if (later === undefined) throw error
      ;[secret, later, sequence] = [later, undefined, 0]
      inner = open(record, secret, sequence, suite)
    }
    sequence++
    let end = inner.byteLength
    while (inner[end - 1] === 0) end--
    if (inner[end - 1] === 23) found.push(inner.subarray(0, end - 1))
  }
  return Buffer.concat(found)
}

interface Suite {
  readonly name: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305'
  readonly keyBytes: number
  readonly hash: string
}

function open(record: Buffer, secret: Buffer, sequence: number, { name, keyBytes, hash }: Suite): Buffer {
  const nonce = expand(secret, 'iv', 12, hash)
  nonce.writeInt32BE(nonce.readInt32BE(8) ^ sequence, 8)
  const key = expand(secret, 'key', keyBytes, hash)
  const decipher = createDecipheriv(name as 'chacha20-poly1305', key, nonce, { authTagLength: 16 })
  decipher.setAAD(record.subarray(0, 5), { plaintextLength: record.byteLength - 21 })
  decipher.setAuthTag(record.subarray(-16))
  return Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()])
}

/** HKDF-Expand-Label of TLS 1.3, for what one block of the hash covers. */
function expand(secret: Buffer, label: string, length: number, hash: string): Buffer {
  const full = `tls13 ${label}`
  const info = Buffer.from([0, length, full.length, ...Buffer.from(full), 0, 1])
  return createHmac(hash, secret).update(info).digest().subarray(0, length)
}

function recordsIn(stream: Buffer): Buffer[] {
  const records: Buffer[] = []
  for (let at = 0; at + 5 <= stream.byteLength; ) {
    const end = at + 5 + stream.readUInt16BE(at + 3)
    if (end <= stream.byteLength) records.push(stream.subarray(at, end))
    at = end
  }
  return records
}

function afterWords(stream: Buffer, words: string): Buffer {
  const at = stream.indexOf(words)
  if (at < 0) throw new Error(`nobody said ${words.trim()} on the wire`)
  return stream.subarray(at + words.length)
}

/** Secrets by label and client random. */
export function secretsIn(file: string): ReadonlyMap<string, Buffer> {
  const lines = readFileSync(file, 'utf8').matchAll(/^(\w+ [0-9a-f]{64}) ([0-9a-f]+)$/gm)
  return new Map([...lines].map(([, name = '', secret = '']) => [name, Buffer.from(secret, 'hex')]))
}
