import { createHmac } from 'node:crypto'

/** Fixed bytes for a purpose: the same seed, case and purpose always give the same. */
export function seeded(seed: number, purpose: string, length: number): Uint8Array {
  const blocks: Buffer[] = []
  for (let block = 0; block * 32 < length; block++) {
    blocks.push(createHmac('sha256', `p2pspec-conformance-${seed}`).update(`${purpose}\0${block}`).digest())
  }
  return new Uint8Array(Buffer.concat(blocks).subarray(0, length))
}
