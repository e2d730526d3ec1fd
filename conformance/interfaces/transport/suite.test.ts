import { transportRules } from '@p2pspec/generated/interfaces/transport.rules'
import t from 'tap'
import { transportSubjects } from './subjects.ts'
import { transportChecks } from './suite.ts'

t.setTimeout(100_000)

for (const [name, make] of Object.entries(transportSubjects)) {
  await t.test(`${name} keeps every rule of the interface`, async (t) => {
    for (const [rule, check] of Object.entries(transportChecks)) {
      const { text } = transportRules[rule as keyof typeof transportRules] // a suite has the rules of its interface as keys
      await t.test(`${text} [${rule}]`, async () => {
        await check(await make())
      })
    }
  })
}
