/**
 * `node --import <this file>?<order> program`: changes one source file of the program while it loads.
 * Nothing of it is in the runtime, and without an order it ends the process instead of letting it run unchanged unnoticed.
 */
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { applyMutant } from './apply-mutant.ts'
import type { LoadOrder } from './mutant.ts'

const text = new URL(import.meta.url).search.slice(1)
if (text === '') throw new Error('this load hook changes the program: it must be told how, behind a question mark')
// Written by mutated-command.ts, from a mutant that was checked against the source before.
const order = JSON.parse(decodeURIComponent(text)) as LoadOrder

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (url !== order.url) return loaded
    const source =
      typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source ?? new Uint8Array())
    let changed: string
    try {
      changed = applyMutant(source, order)
    } catch (error) {
      process.stderr.write(`${String(error)}\n`)
      process.exit(70)
    }
    writeFileSync(order.mark, `${order.id}\n`)
    return { ...loaded, source: changed }
  },
})
