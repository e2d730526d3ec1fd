import fc from 'fast-check'
import { fileURLToPath } from 'node:url'
import type { CaseFinished, Reaction, RunFinished, SubjectInfo } from '../../events.ts'
import { countVerdicts, type RunRecord } from '../run-record.ts'

export const sampleFolder = fileURLToPath(new URL('sample/', import.meta.url))

/** Text as a hostile peer writes it: markup, control characters, directives of every report format, unpaired surrogates. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('</script><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', ']]>', '&amp;', '\u001b[2J', '\u202eabc', '# TODO', '# SKIP \\', '1..0 # skip', 'Bail out!', '...\nnot ok 1', '| a |\n| - |', '{{subject}}', '\ud800', '\ufffe\uffff\0'),
)

const verdict = fc.constantFrom('pass', 'nonstrict', 'fail', 'observed', 'unsupported', 'blocked', 'flaky', 'error')
const reaction: fc.Arbitrary<Reaction | null> = fc.option(
  fc.record({ layer: fc.constantFrom('transport', 'security', 'muxer', 'negotiation', 'protocol'), kind: fc.constantFrom('answered', 'hung', 'crashed', 'go-away') }),
)

const finishedCase: fc.Arbitrary<CaseFinished> = fc
  .record({
    type: fc.constant('case-finished' as const),
    id: hostileText.map((text) => `ping/server/${text}`),
    protocol: fc.constantFrom('ping', 'yamux', 'made-up <b>'),
    title: hostileText,
    role: fc.constantFrom('server', 'client'),
    requirements: fc.array(fc.oneof(fc.constantFrom('PING-ECHO-1', 'MSS-HDR-2'), hostileText), { maxLength: 3 }),
    level: fc.constantFrom('MUST', 'SHOULD', null),
    stated: fc.constantFrom('prose', 'de-facto', null),
    verdict,
    reaction,
    survived: fc.constantFrom(true, false, null),
    did: hostileText,
    allowed: hostileText,
    expected: fc.option(fc.record({ verdict, reason: hostileText, link: hostileText })),
    asExpected: fc.boolean(),
    earlier: fc.array(fc.record({ verdict, did: hostileText }), { maxLength: 2 }),
    durationMs: fc.integer({ min: 0, max: 100_000 }),
    evidence: fc.option(hostileText),
    replay: hostileText,
  })

const subject: fc.Arbitrary<SubjectInfo> = fc.record({
  name: hostileText,
  agent: fc.option(hostileText),
  address: fc.option(hostileText),
  peerId: fc.option(hostileText),
  mode: fc.constantFrom('listener', 'dialer', 'agent'),
})

/** Any run, with hostile text wherever a peer has a say. */
export const anyRecord: fc.Arbitrary<RunRecord> = fc
  .record({
    subject,
    cases: fc.uniqueArray(finishedCase, { maxLength: 6, selector: (one) => one.id }),
    finished: fc.boolean(),
    exitCode: fc.constantFrom(0, 1, 2),
  })
  .map(({ subject, cases, finished, exitCode }) => {
    const end: RunFinished = { type: 'run-finished', durationMs: 12, counts: countVerdicts(cases), maxFlaky: 3, exitCode }
    return {
      started: { type: 'run-started', format: 'run/1', subject, suiteVersion: '0.1.0', seed: 1, startedAt: '2026-01-01T00:00:00.000Z', total: cases.length, protocols: { ping: 1 } },
      cases,
      finished: finished ? end : null,
    }
  })
