import type { Target } from '../../model/machine.ts'

/** `The responder in awaitProposal gets protocol (unsupported) and goes on`. */
export function caseTitle(role: string, state: string, event: string, what: string | undefined, to: Target): string {
  const detail = what === undefined ? '' : ` (${what})`
  return `The ${role} in ${state} ${happening(event)}${detail} and ${outcome(to)}`
}

function happening(event: string): string {
  const [kind = '', name = ''] = event.split('.')
  switch (kind) {
    case 'recv':
      return name === 'malformed' ? 'gets a malformed frame' : `gets ${name}`
    case 'timer':
      return `waits longer than ${name}`
    case 'call':
      return `is asked by its application to ${name}`
    default:
      return name === 'eof' ? 'sees the other side end' : name === 'reset' ? 'sees a reset' : 'has sent all its bytes'
  }
}

function outcome(to: Target): string {
  if (to.kind === 'done') return 'is done'
  return to.kind === 'failed' ? `fails with ${to.error}` : 'goes on'
}
