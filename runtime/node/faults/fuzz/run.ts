// Fuzzes sessions for as long as it is told: `npm run fuzz -- --minutes 20 --seed 1`. Ends with 1 where something does not hold.
import { parseArgs } from 'node:util'
import { SessionFuzz } from './session-fuzz.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } },
})
const mebibyte = 2 ** 20
const batch = 200
const until = performance.now() + Number(values.minutes) * 60_000
await using fuzz = await SessionFuzz.start()
let seed = Number(values.seed)
/** After the first batches: what is loaded and compiled once does not count. */
let atFirst: number | undefined
let told = 0
for (let count = 1; performance.now() < until; count += 1) {
  await fuzz.batch(seed, batch)
  seed += batch
  for (; told < fuzz.faults.length; told += 1) console.log(`FAULT ${fuzz.faults[told]}`)
  const held = await heldBytes()
  if (count === 5) atFirst = held
  if (count % 5 !== 0) continue
  const sockets = process.getActiveResourcesInfo().filter((name) => /TCP|Pipe|UDP/i.test(name)).length
  console.log(
    `${fuzz.sessions} sessions, next seed ${seed}, ${(held / mebibyte).toFixed(1)} MiB held, ${sockets} sockets`,
  )
  if (atFirst !== undefined && held > atFirst + 48 * mebibyte) {
    console.log(`FAULT memory grows: ${(atFirst / mebibyte).toFixed(1)} MiB after the first thousand sessions`)
    process.exitCode = 1
    break
  }
}
if (fuzz.faults.length > 0) process.exitCode = 1
console.log(
  [...fuzz.endings]
    .map(([ending, count]) => `${count} ${ending}`)
    .toSorted()
    .join('\n'),
)
console.log(`${fuzz.sessions} sessions, ${fuzz.faults.length} faults`)

async function heldBytes(): Promise<number> {
  // What is freed in turns is gone after a few.
  for (let turn = 0; turn < 4; turn += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
