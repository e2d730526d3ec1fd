import type { CellFinished, MatrixStarted } from '../events.ts'

export function startedRun(more: Partial<MatrixStarted> = {}): MatrixStarted {
  return {
    type: 'run-started',
    format: 'interop/1',
    run: '1a2b3c4d',
    runtime: 'docker',
    startedAt: '2030-01-02T03:04:05.000Z',
    set: 'pr',
    shard: null,
    selected: 1,
    selectionDigest: 'abc',
    total: 1,
    ...more,
  }
}

export function finishedCell(id: string, more: Partial<CellFinished> = {}): CellFinished {
  const [scenario = '', stack = '', pair = ''] = id.split('/')
  const [dialer = '', listener = ''] = pair.split('→')
  return {
    type: 'cell-finished',
    id,
    place: 0,
    scenario,
    stack,
    dialer,
    listener,
    verdict: 'pass',
    did: 'done',
    expected: null,
    asExpected: true,
    durationMs: 12,
    attempts: 1,
    measures: { 'latency.ping_rtt': 0.5 },
    evidence: `cells/${scenario}-${dialer}-${listener}`,
    files: ['dialer.err.log'],
    ...more,
  }
}
