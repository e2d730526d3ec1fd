import { stringify } from 'yaml'
import { isRecord } from './requirement-index.ts'
import { visible } from './visible.ts'

/** A step of a case, in words; a step of a hand-written script is shown as it is written. */
export function describeStep(step: unknown): string {
  if (!isRecord(step)) return visible(JSON.stringify(step) ?? '')
  const { fixture, fields } = step
  switch (step['do']) {
    case 'send':
      return `send ${name(step['message'])}${valuesText(fields)}${typeof fixture === 'string' ? ` (prepared message "${visible(fixture)}")` : ''}`
    case 'malform':
      return `send a broken ${name(step['of'])} frame: ${malformations[String(step['how'])] ?? name(step['how'])}`
    case 'end':
      return 'end our side of the stream'
    case 'reset':
      return 'reset the stream'
    case 'expire':
      return `say nothing until the subject's timer "${name(step['timer'])}" (${String(step['timeoutMs'])} ms) has run out`
    case 'call':
      return `the subject's application calls ${name(step['call'])}${valuesText(fields)}`
    default:
      return visible(flowText(step))
  }
}

/** What may come back, in words, one line each. */
export function describeExpectation(expect: unknown): readonly string[] {
  if (!isRecord(expect)) return []
  const sends = Array.isArray(expect['sends']) ? expect['sends'] : []
  const lines = sends.map((send) => (isRecord(send) ? sendText(send) : ''))
  const end = ends[String(expect['end'])] ?? ''
  const error = typeof expect['error'] === 'string' ? ` (${visible(expect['error'])})` : ''
  return [...lines, `${end}${error}`].filter((line) => line !== '')
}

/** The outcomes of a hand-written case, one line each. */
export function describeOutcomes(outcomes: unknown): readonly string[] {
  return Array.isArray(outcomes) ? outcomes.map((outcome) => visible(flowText(outcome))) : []
}

function sendText(send: Readonly<Record<string, unknown>>): string {
  const any = Array.isArray(send['any']) ? send['any'] : []
  const choices = any.map((choice) =>
    isRecord(choice) ? `${name(choice['message'])}${valuesText(choice['fields'])}` : '',
  )
  return `${send['optional'] === true ? 'may send' : 'sends'} ${choices.join(' or ')}`
}

function valuesText(fields: unknown): string {
  if (!isRecord(fields) || Object.keys(fields).length === 0) return ''
  return ` ${visible(flowText(fields))}`
}

/** One line of YAML, the way the spec files write values. */
export function flowText(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}

function name(value: unknown): string {
  return visible(String(value))
}

const ends: Readonly<Record<string, string>> = {
  open: 'then goes on: a probe behind the last step is served',
  done: 'then is done, with success',
  failed: 'then ends the stream (end or reset) without another message',
}

const malformations: Readonly<Record<string, string>> = {
  'zero-length': 'its length is 0',
  'no-suffix': 'without the suffix that ends it',
  'over-limit': 'one byte over the limit',
  'huge-length': 'a length of 2^63',
  'non-minimal-length': 'the length in more bytes than it needs',
  'length-too-long': 'a length that never ends',
  truncated: 'it breaks off in the middle',
  'bad-utf8': 'its text is no UTF-8',
  'bad-protobuf': 'its body is no protobuf',
}
