import { limits } from '@p2pspec/generated/common/limits'
import {
  decodeNetworkKeyFile,
  encodeNetworkKeyFile,
  generateNetworkKey,
  networkKeyFingerprint,
  type NetworkKeyFormat,
} from '@p2pspec/runtime/protocols/pnet/network-key'
import { PnetError } from '@p2pspec/runtime/protocols/pnet/pnet-error'
import { UsageFailure } from '../usage-failure.ts'
import type { Output } from './output.ts'
import { readSecretFile, writeSecretFile, type SecretFile } from './secret-file.ts'

const formats: readonly NetworkKeyFormat[] = ['base16', 'base64', 'bin']

/** Makes the key of a new private network. */
export async function newNetworkKey(path: string, wanted: string, output: Output): Promise<void> {
  const format = formats.find((known) => known === wanted)
  if (format === undefined) throw new UsageFailure(`--format takes ${formats.join(', ')}, not ${wanted}`)
  const key = generateNetworkKey()
  await writeSecretFile(path, encodeNetworkKeyFile(key, format))
  tell('created', path, key, output)
}

export async function showNetworkKey(path: string, output: Output): Promise<void> {
  const { key } = await readNetworkKeyFile(path)
  tell('key', path, key, output)
}

export async function readNetworkKeyFile(path: string): Promise<SecretFile & { readonly key: Uint8Array }> {
  const file = await readSecretFile(path, limits.pnet.maxKeyFileBytes, `p2pspec node key psk new ${path}`)
  try {
    return { ...file, key: decodeNetworkKeyFile(file.bytes) }
  } catch (cause) {
    if (!(cause instanceof PnetError)) throw cause
    throw new UsageFailure(`${path}: ${cause.message}`, { cause })
  }
}

/** The fingerprint alone: the key itself is the secret of the network. */
function tell(event: string, path: string, key: Uint8Array, output: Output): void {
  const fingerprint = networkKeyFingerprint(key)
  output.tell({ event, file: path, fingerprint }, `file         ${path}`, `fingerprint  ${fingerprint}`)
}
