import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { encodeNetworkKeyFile } from '@p2pspec/runtime/protocols/pnet/network-key'

/** A private network for one run, with its key in a file as peer programs want it. */
export class TemporaryNetwork implements Disposable {
  readonly key: Uint8Array = new Uint8Array(32).fill(0x5a)
  readonly file: string
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'p2pspec-network-'))

  constructor() {
    this.file = path.join(this.#folder, 'swarm.key')
    writeFileSync(this.file, encodeNetworkKeyFile(this.key), { mode: 0o600 })
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}
