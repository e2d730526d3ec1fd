import { createHash, randomFillSync } from 'node:crypto'
import { salsa20 } from '@noble/ciphers/salsa.js'
import { limits } from '@p2pspec/generated/common/limits'
import {
  decodeBase16KeyFile,
  decodeBase64KeyFile,
  decodeBinaryKeyFile,
  encodeBase16KeyFile,
  encodeBase64KeyFile,
  encodeBinaryKeyFile,
} from '@p2pspec/generated/protocols/pnet/layout'
import { PnetError } from './pnet-error.ts'

export type NetworkKeyFormat = 'base16' | 'base64' | 'bin'

const { keyBytes, maxKeyFileBytes } = limits.pnet
/** More than the longest key with its second line. */
const maxDigitsLength = 64
const fingerprintNonce = new TextEncoder().encode('finprint')
const carriageReturn = 0x0d
const lineFeed = 0x0a

/** A fresh random key of a private network. */
export function generateNetworkKey(): Uint8Array {
  return randomFillSync(new Uint8Array(keyBytes))
}

/** Throws `bad-key` where these are no 32 bytes. */
export function requireNetworkKey(key: Uint8Array): Uint8Array {
  //= PNET-KEY-1
  if (key.byteLength === keyBytes) return key
  throw new PnetError('bad-key', `The key of a private network has ${keyBytes} bytes; these are ${key.byteLength}.`)
}

/** The key in the contents of a key file, such as go calls swarm.key. Throws `bad-key`; the message never holds any of the contents. */
export function decodeNetworkKeyFile(contents: Uint8Array): Uint8Array {
  if (contents.byteLength > maxKeyFileBytes) throw noKeyFile(`it has more than ${maxKeyFileBytes} bytes`)
  const bytes = withPlainLineEnds(contents)
  const format = formatOf(bytes)
  try {
    switch (format) {
      case 'bin':
        return decodeBinaryKeyFile(bytes).key.slice()
      case 'base16':
        return fromDigits(decodeBase16KeyFile(bytes).digits, 'hex', bytes)
      case 'base64':
        return fromDigits(decodeBase64KeyFile(bytes).digits, 'base64', bytes)
    }
  } catch (cause) {
    if (cause instanceof PnetError) throw cause
    throw noKeyFile(`what stands behind /${format}/ are no ${keyBytes} bytes`)
  }
}

/** What to write into a key file. */
export function encodeNetworkKeyFile(key: Uint8Array, format: NetworkKeyFormat = 'base16'): Uint8Array {
  const { buffer, byteOffset, byteLength } = requireNetworkKey(key)
  const digits = Buffer.from(buffer, byteOffset, byteLength)
  switch (format) {
    case 'bin':
      return encodeBinaryKeyFile({ key })
    case 'base16':
      return withLineEnd(encodeBase16KeyFile({ digits: digits.toString('hex') }))
    case 'base64':
      return withLineEnd(encodeBase64KeyFile({ digits: digits.toString('base64') }))
  }
}

/** Tells a key apart from others without telling anything of it: 32 hexadecimal digits, the same that go and rust show. */
//= PNET-FINGER-1
export function networkKeyFingerprint(key: Uint8Array): string {
  // The key itself is never hashed: what is hashed cannot be turned back into it.
  const stream = salsa20(requireNetworkKey(key), fingerprintNonce, new Uint8Array(64))
  return createHash('shake128', { outputLength: 16 }).update(stream).digest('hex')
}

function formatOf(bytes: Uint8Array): NetworkKeyFormat {
  const [heading, format] = Buffer.from(bytes.subarray(0, maxDigitsLength)).toString('latin1').split('\n')
  if (heading !== '/key/swarm/psk/1.0.0/') throw noKeyFile('its first line is not /key/swarm/psk/1.0.0/')
  if (format === '/bin/') return 'bin'
  if (format === '/base16/') return 'base16'
  if (format === '/base64/') return 'base64'
  throw noKeyFile('its second line is none of /base16/, /base64/ and /bin/')
}

/** Node passes over what is no digit; here every digit counts, and nothing but the end of the line follows. */
function fromDigits(digits: string, encoding: 'hex' | 'base64', bytes: Uint8Array): Uint8Array {
  const key = new Uint8Array(Buffer.from(digits, encoding))
  const again = Buffer.from(key).toString(encoding)
  const same = encoding === 'hex' ? again === digits.toLowerCase() : again === digits
  const rest = Buffer.from(bytes).toString('latin1').split('\n').slice(2)
  if (!same || rest[0] !== digits || rest.length > 2 || (rest[1] ?? '') !== '')
    throw noKeyFile(`what stands behind its second line are no ${keyBytes} bytes`)
  return requireNetworkKey(key)
}

/** Some editors end lines with two characters. A key in binary may hold them as they are. */
function withPlainLineEnds(contents: Uint8Array): Uint8Array {
  const text = Buffer.from(contents).toString('latin1')
  const [first = '', second = ''] = text.split('\n')
  if (second.trimEnd() === '/bin/') {
    const key = contents.subarray(first.length + second.length + 2)
    return Buffer.concat([Buffer.from(`${first.trimEnd()}\n${second.trimEnd()}\n`, 'latin1'), key])
  }
  return contents.filter((byte, index) => byte !== carriageReturn || contents[index + 1] !== lineFeed)
}

function withLineEnd(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.byteLength + 1)
  whole.set(bytes)
  whole[bytes.byteLength] = lineFeed
  return whole
}

function noKeyFile(why: string): PnetError {
  return new PnetError(
    'bad-key',
    `This is no key file of a private network: ${why}; make one with \`p2pspec node key psk new <file>\`.`,
  )
}
