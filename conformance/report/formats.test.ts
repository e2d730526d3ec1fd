import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import { Parser } from 'tap-parser'
import { annotated } from './annotated.ts'
import { badge } from './badge.ts'
import { jsonFormat } from './json-format.ts'
import { junit } from './junit.ts'
import { caseOutcome } from './outcome.ts'
import { readRequirements } from './requirement-index.ts'
import { protocolsOf, readRun } from './run-record.ts'
import { tapFormat } from './tap-format.ts'
import { anyRecord, sampleFolder } from './testdata/records.ts'
import { visible } from './visible.ts'

const sample = readRun(sampleFolder)
const readJson = (file: URL): object => {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof value !== 'object' || value === null) throw new Error(`${file.href} is no object`)
  return value
}
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true })
const isReport = ajv.compile(readJson(new URL('schema/report.schema.json', import.meta.url)))
const isTranscript = ajv.compile(readJson(new URL('schema/transcript.schema.json', import.meta.url)))

/** Elements and attributes of well-formed XML without DOCTYPE or CDATA; throws at the first character that XML forbids. */
function parseXml(
  text: string,
): readonly { readonly name: string; readonly attributes: Readonly<Record<string, string>> }[] {
  const plain = (part: string): string => {
    if (/[<]|&(?!(amp|lt|gt|quot|apos);)|[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(part))
      throw new Error(`not well-formed: ${part}`)
    return part
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
      .replaceAll('&amp;', '&')
  }
  const elements: { name: string; attributes: Record<string, string> }[] = []
  const open: string[] = []
  let at = text.indexOf('?>') + 2
  while (at < text.length) {
    const next = text.indexOf('<', at)
    plain(text.slice(at, next === -1 ? text.length : next))
    if (next === -1) break
    const end = /^<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z]+="[^"]*")*)\s*(\/?)>/.exec(text.slice(next))
    if (end === null) throw new Error(`no tag: ${text.slice(next, next + 60)}`)
    const [whole, closing, name = '', attributes = '', empty] = end
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
    } else {
      const pairs = [...attributes.matchAll(/([a-zA-Z]+)="([^"]*)"/g)].map(
        ([, key = '', value = '']) => [key, plain(value)] as const,
      )
      elements.push({ name, attributes: Object.fromEntries(pairs) })
      if (empty !== '/') open.push(name)
    }
    at = next + whole.length
  }
  if (open.length > 0) throw new Error(`${open.join()} stays open`)
  return elements
}

t.test('JUnit is well-formed XML and counts what it holds, whatever a peer calls itself', async (t) => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const elements = parseXml(junit(record))
      const of = (name: string): typeof elements => elements.filter((element) => element.name === name)
      const count = (outcome: string): number =>
        record.cases.filter((finished) => caseOutcome(finished) === outcome).length
      t.equal(of('testcase').length, record.cases.length)
      t.equal(of('failure').length, count('failed'), 'a verdict that differs is a failure')
      t.equal(of('error').length, count('error'), 'a fault of ours is an error, never a failure')
      t.equal(of('flakyFailure').length, count('flaky'), 'what is flaky says so and fails nothing')
      t.equal(of('testsuites')[0]?.attributes['failures'], String(count('failed')))
      t.strictSame(
        of('testcase')
          .map((element) => element.attributes['name'] ?? '')
          .sort(),
        record.cases.map((finished) => visible(finished.id)).sort(),
      )
    }),
    { numRuns: 60 },
  )
})

t.test('TAP is read by a TAP 14 parser as the same verdicts, whatever a peer calls itself', async (t) => {
  const readTap = (
    text: string,
  ): {
    readonly results: readonly {
      readonly ok: boolean
      readonly name: string
      readonly todo: unknown
      readonly skip: unknown
    }[]
    readonly bailed: boolean
    readonly faults: readonly string[]
  } => {
    const results: { ok: boolean; name: string; todo: unknown; skip: unknown }[] = []
    const faults: string[] = []
    let bailed = false
    const parser = new Parser({ strict: true })
    parser.on('assert', (result) =>
      results.push({ ok: result.ok, name: result.name, todo: result.todo, skip: result.skip }),
    )
    parser.on('extra', (line) => faults.push(line))
    parser.on('bailout', () => (bailed = true))
    parser.end(text)
    return {
      results,
      bailed,
      faults: [
        ...faults,
        ...parser.failures.flatMap((failure) =>
          'tapError' in failure && typeof failure.tapError === 'string' ? [failure.tapError] : [],
        ),
      ],
    }
  }
  fc.assert(
    fc.property(anyRecord, (record) => {
      const { results, bailed, faults } = readTap(tapFormat(record))
      t.strictSame(
        faults.filter((fault) => !fault.startsWith('no tests') && fault.trim() !== ''),
        [],
      )
      t.equal(bailed, record.finished === null)
      t.equal(results.length, record.cases.length)
      record.cases.forEach((finished, index) => {
        const outcome = caseOutcome(finished)
        const result = results[index]
        t.equal(result?.ok === true, outcome === 'passed' || outcome === 'skipped' || outcome === 'flaky')
        t.equal(result?.todo !== false && result?.todo !== undefined, outcome === 'known')
        t.equal(result?.skip !== false && result?.skip !== undefined, outcome === 'skipped')
      })
    }),
    { numRuns: 60 },
  )
})

t.test('report.json holds to its published schema, and the schema refuses a changed report', async (t) => {
  fc.assert(
    fc.property(
      anyRecord,
      (record) => isReport(JSON.parse(JSON.stringify(jsonFormat(record)))) || t.fail(JSON.stringify(isReport.errors)),
    ),
    { numRuns: 60 },
  )
  t.ok(isReport(jsonFormat(sample)))
  t.notOk(isReport({ ...jsonFormat(sample), exitCode: 3 }))
  t.notOk(isReport({ ...jsonFormat(sample), surprise: 1 }))
})

t.test('transcript.json of the sample holds to its published schema', async (t) => {
  const kept = sample.cases.filter((finished) => finished.evidence !== null)
  t.ok(kept.length > 0)
  for (const { evidence } of kept)
    t.ok(
      isTranscript(readJson(new URL(`testdata/sample/${evidence}/transcript.json`, import.meta.url))),
      `${evidence}: ${JSON.stringify(isTranscript.errors)}`,
    )
})

t.test('the badge is what an endpoint badge reads: red for a difference, grey where the run failed', async (t) => {
  const clean = { ...sample, cases: sample.cases.filter((finished) => caseOutcome(finished) === 'passed') }
  t.strictSame(badge(sample), {
    schemaVersion: 1,
    label: 'libp2p conformance (sample)',
    message: 'run failed',
    color: 'lightgrey',
  })
  t.equal(badge({ ...sample, cases: sample.cases.filter((finished) => finished.verdict !== 'error') }).color, 'red')
  t.match(badge(clean), { message: /^(\d+)\/\1$/, color: 'green' })
  t.equal(
    badge({ ...clean, cases: clean.cases.filter((finished) => finished.verdict === 'pass') }).color,
    'brightgreen',
  )
  t.equal(badge({ ...clean, finished: null }).color, 'lightgrey')
})

t.test('the annotated requirements keep one table row per requirement, whatever a peer writes', async (t) => {
  const requirements = readRequirements(['multistream-select', 'ping'])
  t.ok(requirements.size > 20)
  fc.assert(
    fc.property(anyRecord, (record) => {
      const text = annotated(
        { ...record, started: { ...record.started, protocols: { 'multistream-select': 1, ping: 1 } } },
        requirements,
      )
      const rows = text.split('\n').filter((line) => /^\| [A-Z]+-/.test(line))
      t.equal(rows.length, requirements.size)
      for (const row of rows) t.equal(row.split(/(?<!\\)\|/).length, 9)
    }),
    { numRuns: 40 },
  )
  const text = annotated(sample, readRequirements(protocolsOf(sample)))
  t.match(text, /\| MSS-FRAME-1 \| MUST \| prose \| ✘ fail \| 0\/1 \|/)
  t.match(text, /\| MSS-SEL-2 \| MUST \| prose \| ✔ pass \| 3\/3 \|/)
})

t.test(
  'a hostile text becomes one line without control or direction characters, and an ordinary one stays as it is',
  async (t) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(visible(text))),
    )
    t.equal(visible('go-libp2p/0.51.0 (größe, 日本)'), 'go-libp2p/0.51.0 (größe, 日本)')
    t.equal(visible('a\u001b[31m\u202eb'), 'a\\u{1b}[31m\\u{202e}b')
  },
)
