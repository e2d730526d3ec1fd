import { salsaGroupBytes, salsaModule } from './salsa-code.ts'

export const blockBytes = 64
/** Bytes that one call gives in memory for short use. */
export const pieceBytes = 65_536
/** Bytes that one call gives in memory that may be handed on. */
export const chunkBytes = 262_144

const wordBytes = 4
const counterOffset = 32
const pageBytes = 65_536
const pieceAddress = 256
const chunkAddress = pieceAddress + roomBytes(pieceBytes)
const pages = Math.ceil((chunkAddress + roomBytes(chunkBytes)) / pageBytes)
const sigma = new TextEncoder().encode('expand 32-byte k')

/** What is used of it here, since the types of this project do not know it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => {
    readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly apply: Machine['apply'] }
  }
}

interface Machine {
  readonly apply: (from: number, to: number) => void
  /** The sixteen words that a stream goes on from. */
  readonly state: Uint8Array
  readonly counter: DataView
  readonly piece: Uint8Array
  readonly chunk: Uint8Array
}

/** Every stream of the process works in the memory of one machine. */
let made: Machine | undefined

/** The words that Salsa20 begins with, for a key of 32 bytes and a nonce of 8. */
export function salsaState(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const state = new Uint8Array(blockBytes)
  state.set(sigma.subarray(0, 4), 0)
  state.set(key.subarray(0, 16), 4)
  state.set(sigma.subarray(4, 8), 20)
  state.set(nonce, 24)
  state.set(sigma.subarray(8, 12), 40)
  state.set(key.subarray(16), 44)
  state.set(sigma.subarray(12), 60)
  return state
}

/** Those of XSalsa20, whose nonce has 24 bytes: the first 16 and the key make another key, which takes the other 8. */
export function xsalsaState(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const state = salsaState(key, nonce.subarray(0, 16))
  const { buffer, byteOffset } = applySalsa(state, undefined, 0, new Uint8Array(blockBytes), 'piece')
  const mixed = new DataView(buffer, byteOffset)
  const initial = new DataView(state.buffer)
  const subkey = new DataView(new ArrayBuffer(key.byteLength))
  // The stream adds what it began with at its end; this key is made without.
  ;[0, 5, 10, 15, 6, 7, 8, 9].forEach((word, place) => {
    const offset = word * wordBytes
    subkey.setUint32(place * wordBytes, mixed.getUint32(offset, true) - initial.getUint32(offset, true), true)
  })
  return salsaState(new Uint8Array(subkey.buffer), nonce.subarray(16))
}

/**
 * The bytes under the stream, of which they begin `skipped` bytes after the beginning of a block; `undefined`: the block that the
 * state itself names. They lie in the room that is told, until the next call with the same one.
 */
export function applySalsa(
  state: Uint8Array,
  block: number | undefined,
  skipped: number,
  bytes: Uint8Array,
  room: 'piece' | 'chunk',
): Uint8Array {
  made ??= makeMachine()
  const memory = made[room]
  const end = skipped + bytes.byteLength
  memory.set(bytes, skipped)
  made.state.set(state)
  if (block !== undefined) made.counter.setUint32(0, block, true)
  made.apply(memory.byteOffset, memory.byteOffset + end)
  return memory.subarray(skipped, end)
}

/** Room for so many bytes that begin and end anywhere in a block. */
function roomBytes(length: number): number {
  return Math.ceil((length + blockBytes) / salsaGroupBytes) * salsaGroupBytes
}

function makeMachine(): Machine {
  const { memory, apply } = new WebAssembly.Instance(new WebAssembly.Module(salsaModule(pages))).exports
  const { buffer } = memory
  return {
    apply,
    state: new Uint8Array(buffer, 0, blockBytes),
    counter: new DataView(buffer, counterOffset, wordBytes),
    piece: new Uint8Array(buffer, pieceAddress, roomBytes(pieceBytes)),
    chunk: new Uint8Array(buffer, chunkAddress, roomBytes(chunkBytes)),
  }
}
