import type { ByteDuplex } from '@p2pspec/generated/interfaces/stream'

/** Shorter arrays are left to the garbage collector: giving them back costs as much as they do. */
const worthwhileBytes = 4096

/**
 * Gives an array's memory back now. The garbage collector counts memory outside its heap and goes through the whole heap for every
 * few ten megabytes of it, however short-lived: a quarter of what moving bytes costs. Only for an array that nobody looks at any more;
 * one that shares its buffer is left alone.
 */
export function giveBack(bytes: Uint8Array): void {
  const { buffer } = bytes
  if (bytes.byteLength < worthwhileBytes || bytes.byteLength !== buffer.byteLength) return
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}

/** The same bytes in a buffer of their own and of their length. `slice` of a Node Buffer is a view, and keeps all that it is a view of. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/** A duplex that takes a chunk's memory over with its bytes, and gives it back as soon as they have left. */
export interface MemoryTaker extends ByteDuplex {
  /** As `writeNow`; the writer never looks at the chunk again. */
  giveNow(chunk: Uint8Array): boolean
}

export function takesMemory(duplex: ByteDuplex): duplex is MemoryTaker {
  return 'giveNow' in duplex
}
