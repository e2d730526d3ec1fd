/** Bytes of four blocks. */
export const salsaGroupBytes = 256

/**
 * Salsa20 as WebAssembly, put together from its instructions: four blocks side by side, each word of theirs in one vector.
 * What is exported: the `memory`, and `apply(from, to)`, which lays the stream of the sixteen words at address 0 over the bytes
 * between two addresses, 256 at a time, and counts the blocks in the ninth word.
 */
export function salsaModule(pages: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...heading,
    // One type: two addresses and no result.
    ...section(1, [[0x60, 2, i32, i32, 0]]),
    ...section(3, [[0]]),
    ...section(5, [[0x00, ...unsigned(pages)]]),
    ...section(7, [
      [...name('memory'), 0x02, 0],
      [...name('apply'), 0x00, 0],
    ]),
    ...section(10, [sized([2, 1, i32, 1 + rows.length + stateWords, v128, ...applyCode(), end])]),
  ])
}

/** `\0asm` and the version. */
const heading = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const stateWords = 16
const counterWord = 8
/** Locals of `apply`: its two parameters, the rounds still to do, a sum on its way, four rows, sixteen words. */
const from = 0
const to = 1
const rounds = 2
const sum = 3
const rows = [4, 5, 6, 7]
const firstWord = 8

/** Which words a quarter round mixes: the columns and then the rows of the square of four by four. */
const quarterRounds = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const

const i32 = 0x7f
const v128 = 0x7b
const noValue = 0x40
const end = 0x0b

function applyCode(): number[] {
  const words = Array.from({ length: stateWords }, (_, index) => index)
  return loop([
    ...words.flatMap((word) => setLocal(firstWord + word, initialWord(word))),
    ...setLocal(rounds, constant(10)),
    ...loop([
      ...quarterRounds.flatMap(quarterRound),
      ...setLocal(rounds, [...local(rounds), ...constant(-1), add32]),
      ...local(rounds),
    ]),
    ...words.flatMap((word) => setLocal(firstWord + word, [...local(firstWord + word), ...initialWord(word), ...add])),
    ...[0, 1, 2, 3].flatMap(layOver),
    ...countBlocks(),
    ...setLocal(from, [...local(from), ...constant(salsaGroupBytes), add32]),
    ...local(from),
    ...local(to),
    lessUnsigned,
  ])
}

function countBlocks(): number[] {
  const offset = counterWord * 4
  return [...constant(0), ...constant(0), ...load32(offset), ...constant(4), add32, ...store32(offset)]
}

/** A word of the state for all four blocks; the counter is one more in each. */
function initialWord(word: number): number[] {
  const splat = [...constant(0), ...load32Splat(word * 4)]
  return word === counterWord ? [...splat, ...vector(0, 1, 2, 3), ...add] : splat
}

function quarterRound([a, b, c, d]: (typeof quarterRounds)[number]): number[] {
  return [...mix(b, a, d, 7), ...mix(c, b, a, 9), ...mix(d, c, b, 13), ...mix(a, d, c, 18)]
}

/** `target ^= (left + right) <<< bits` */
function mix(target: number, left: number, right: number, bits: number): number[] {
  const word = firstWord + target
  const added = [...local(firstWord + left), ...local(firstWord + right), ...add, ...tee(sum)]
  const head = [...added, ...constant(bits), ...shiftLeft]
  const tail = [...local(sum), ...constant(32 - bits), ...shiftRight]
  return setLocal(word, [...local(word), ...head, ...xor, ...tail, ...xor])
}

/** Four neighbouring words of all four blocks, turned round to four words of each block, over the bytes that stand there. */
function layOver(quarter: number): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((word) => firstWord + quarter * 4 + word)
  const [low = 0, lowNext = 0, high = 0, highNext = 0] = rows
  return [
    ...setLocal(low, shuffle(a, b, [0, 4, 1, 5])),
    ...setLocal(lowNext, shuffle(c, d, [0, 4, 1, 5])),
    ...setLocal(high, shuffle(a, b, [2, 6, 3, 7])),
    ...setLocal(highNext, shuffle(c, d, [2, 6, 3, 7])),
    ...layRow(shuffle(low, lowNext, [0, 1, 4, 5]), 0, quarter),
    ...layRow(shuffle(low, lowNext, [2, 3, 6, 7]), 1, quarter),
    ...layRow(shuffle(high, highNext, [0, 1, 4, 5]), 2, quarter),
    ...layRow(shuffle(high, highNext, [2, 3, 6, 7]), 3, quarter),
  ]
}

function layRow(row: readonly number[], block: number, quarter: number): number[] {
  const offset = block * 64 + quarter * 16
  const laid = [...local(from), ...load(offset), ...row, ...xor]
  return [...local(from), ...laid, ...store(offset)]
}

const add32 = 0x6a
const lessUnsigned = 0x49
const add = simd(0xae)
const xor = simd(0x51)
const shiftLeft = simd(0xab)
const shiftRight = simd(0xad)

function simd(code: number): number[] {
  return [0xfd, ...unsigned(code)]
}

function load(offset: number): number[] {
  return [...simd(0x00), 4, ...unsigned(offset)]
}

function store(offset: number): number[] {
  return [...simd(0x0b), 4, ...unsigned(offset)]
}

function load32Splat(offset: number): number[] {
  return [...simd(0x09), 2, ...unsigned(offset)]
}

function load32(offset: number): number[] {
  return [0x28, 2, ...unsigned(offset)]
}

function store32(offset: number): number[] {
  return [0x36, 2, ...unsigned(offset)]
}

function vector(...words: number[]): number[] {
  return [...simd(0x0c), ...words.flatMap((word) => [word, 0, 0, 0])]
}

/** Four of the eight words of two vectors. */
function shuffle(left: number, right: number, words: readonly number[]): number[] {
  const bytes = words.flatMap((word) => [word * 4, word * 4 + 1, word * 4 + 2, word * 4 + 3])
  return [...local(left), ...local(right), ...simd(0x0d), ...bytes]
}

function local(index: number): number[] {
  return [0x20, index]
}

function setLocal(index: number, value: readonly number[]): number[] {
  return [...value, 0x21, index]
}

function tee(index: number): number[] {
  return [0x22, index]
}

/** Runs once, and again while what it leaves on the stack is not 0. */
function loop(body: readonly number[]): number[] {
  return [0x03, noValue, ...body, 0x0d, 0, end]
}

function constant(value: number): number[] {
  return [0x41, ...signed(value)]
}

function section(id: number, entries: readonly number[][]): number[] {
  return [id, ...sized([...unsigned(entries.length), ...entries.flat()])]
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes]
}

function name(text: string): number[] {
  return sized([...new TextEncoder().encode(text)])
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}
