import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import { readAgentLine } from './agent-format.ts'

const schema = JSON.parse(readFileSync(new URL('../../../docs/agent.schema.json', import.meta.url), 'utf8')) as object
const ajv = new Ajv2020({ strict: false }).addSchema(schema, 'agent')
const fits = ajv.compile({ $ref: 'agent#/$defs/said' })
const fitsCommand = ajv.compile({ $ref: 'agent#/$defs/command' })

const anything = fc.jsonValue({ maxDepth: 1 })
/** Every field that the format has, each right, wrong or absent. */
const nearly = fc.record(
  {
    event: fc.oneof(fc.constant('ready'), anything),
    agent: fc.oneof(fc.constantFrom(0, 1, 2), anything),
    peerId: fc.oneof(fc.constantFrom('', '12D3KooW'), anything),
    id: fc.oneof(fc.constantFrom(0, 1, -1, 1.5, 2 ** 53), anything),
    ok: fc.oneof(fc.boolean(), anything),
    code: fc.oneof(fc.constantFrom('unsupported', 'failed', 'other'), anything),
    message: fc.oneof(fc.string(), anything),
    addresses: fc.oneof(fc.array(fc.string(), { maxLength: 2 }), anything),
    stream: fc.oneof(fc.constantFrom(0, 7, -1), anything),
    unknown: anything,
  },
  { requiredKeys: [] },
)
const right = fc.oneof(
  fc.record({
    event: fc.constant('ready'),
    agent: fc.constant(1),
    peerId: fc.string({ minLength: 1 }),
    addresses: fc.array(fc.string(), { minLength: 1 }),
  }),
  fc.record({ id: fc.nat(), ok: fc.constant(true), stream: fc.nat() }, { requiredKeys: ['id', 'ok'] }),
  fc.record({
    id: fc.nat(),
    ok: fc.constant(false),
    code: fc.constantFrom('unsupported', 'failed'),
    message: fc.string(),
  }),
)

t.test('a line is taken where the published schema takes it, and nowhere else', (t) => {
  let taken = 0
  fc.assert(
    fc.property(fc.oneof(right, nearly, anything), (value) => {
      const read = readAgentLine(JSON.stringify(value))
      if (typeof read !== 'string') taken += 1
      return (typeof read !== 'string') === fits(JSON.parse(JSON.stringify(value)))
    }),
    { numRuns: 2_000 },
  )
  t.ok(taken > 200, `${taken} lines were taken`)
  t.end()
})

t.test('any text is either a line or told what is wrong with it', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.json({ maxDepth: 1 })), (text) => {
      const read = readAgentLine(text)
      return typeof read === 'string' ? read !== '' : fits(JSON.parse(text))
    }),
  )
  t.end()
})

t.test('what the suite says fits the published schema, and what it never says does not', (t) => {
  for (const command of [
    { do: 'serve', protocols: ['/a'] },
    { do: 'listen', address: '/ip4/127.0.0.1/tcp/0' },
    { do: 'open', peer: '12D3KooW', protocol: '/a' },
    { do: 'write', stream: 1, bytes: 5 },
    { do: 'reset', stream: 1 },
    { do: 'stop' },
  ])
    t.ok(fitsCommand({ id: 1, ...command }), command.do)
  for (const wrong of [{ do: 'stop' }, { id: 1, do: 'serve' }, { id: 1, do: 'dance' }]) t.notOk(fitsCommand(wrong))
  t.end()
})
