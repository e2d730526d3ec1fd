import fc from 'fast-check'
import t from 'tap'
import { evaluate, sameValue } from './evaluate.ts'
import { parseExpression, parseInvocation } from './parse.ts'
import { ExpressionError } from './syntax.ts'

const values = {
  name: '/a/1',
  offers: ['/a/1', '/b/1'],
  tried: 1,
  missing: 5n,
  message: { key: Uint8Array.of(1) },
  data: Uint8Array.of(1, 2),
  open: true,
}
const value = (text: string): unknown =>
  evaluate(parseExpression(text), { values, predicates: { twice: (n) => Number(n) * 2 } })

await t.test('evaluates what the formats need', async (t) => {
  t.equal(value('name == offers[tried - 1]'), true)
  t.equal(value('name in offers && !(tried < len(offers))'), false)
  t.equal(value("'/c/1' in offers || open"), true)
  t.equal(value('has(message.key) && !has(message.other)'), true)
  t.equal(value('missing - 2'), 3n)
  t.equal(value('missing == 5'), true)
  t.equal(value('tried + 2 - 1'), 2, 'groups from the left')
  t.equal(value('twice(tried + 1)'), 4)
  t.same(value('merge(message, message)'), { key: Uint8Array.of(1) })
  t.equal(value('data == data'), true)
  t.equal(sameValue(Uint8Array.of(1), Uint8Array.of(1)), true)
  t.equal(sameValue(Uint8Array.of(1), Uint8Array.of(2)), false)
})

await t.test('refuses what is no expression, and says why', async (t) => {
  for (const text of ['', 'a +', 'a b', '(a', 'a[1', "'open", 'a ? b', 'in', 'a..b', '#', '!'.repeat(100) + 'a']) {
    t.throws(() => parseExpression(text), { name: 'ExpressionError' }, text)
  }
  t.throws(() => value('nobody'), { name: 'ExpressionError' })
  t.throws(() => value('tried && open'), { name: 'ExpressionError' })
  t.throws(() => value('name < tried'), { name: 'ExpressionError' })
})

await t.test('parses actions with and without arguments', async (t) => {
  t.same(parseInvocation('close'), { name: 'close', args: [] })
  t.same(parseInvocation('timer.start(negotiate)'), {
    name: 'timer.start',
    args: [{ kind: 'name', name: 'negotiate' }],
  })
  t.equal(parseInvocation("send.protocol(offers[tried - 1], 'x')").args.length, 2)
})

await t.test('any text gives an expression or an ExpressionError, nothing else', async () => {
  const piece = fc.constantFrom(
    'a',
    '1',
    "'s'",
    '(',
    ')',
    '[',
    ']',
    '+',
    '-',
    '!',
    '&&',
    '||',
    '==',
    '<',
    'in',
    '.',
    ',',
    'len',
    ' ',
    'true',
  )
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(text, (source) => {
      try {
        evaluate(parseExpression(source), { values })
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error
      }
    }),
    { numRuns: 2000 },
  )
})
