import { parse } from 'yaml'
import type { Verdict } from '../events.ts'
import type { NetworkAlteration } from '../tester/connection.ts'
import { mplexFlags } from '../tester/mplex-frame.ts'
import { certificateForms } from '../tester/tls-certificate.ts'
import type { TlsAlteration } from '../tester/tls-session.ts'
import { yamuxFlags, yamuxTypes } from '../tester/yamux-frame.ts'
import type { Reach } from './adapter.ts'
import type {
  AgentAct,
  Content,
  ExtraCase,
  FactCondition,
  FramePattern,
  HandshakeAlteration,
  MessageAlteration,
  MplexPattern,
  Outcome,
  PayloadAlteration,
  ScriptStep,
} from './extra-case.ts'
import { datagramKinds } from './quic-datagrams.ts'
import type { RequirementRow } from './requirements.ts'
import type { Level, Stated } from './verdict.ts'
import { strongest } from './requirements.ts'
import { YamlReader } from './yaml-reader.ts'

const CASE_KEYS = [
  'title',
  'roles',
  'at',
  'stream',
  'requirements',
  'level',
  'stated',
  'verdict',
  'alone',
  'alter',
  'tls',
  'network',
  'steps',
  'outcomes',
  'note',
]
const CONTENT_KEYS = ['hex', 'text', 'zeros', 'multistream', 'message', 'fields']
const VERDICTS: readonly Verdict[] = ['pass', 'nonstrict', 'fail', 'observed', 'unsupported']
const REACTIONS = ['served', 'stream reset', 'stream closed', 'go-away', 'connection closed', 'hung'] as const

/** Reads `extra.cases.yaml`; throws where the file is not in the format, and says where. */
export function readExtraCases(text: string, file: string, rows: ReadonlyMap<string, RequirementRow>): ExtraCase[] {
  const root = new YamlReader(parse(text), file).map(['format', 'protocol', 'cases'])
  root.get('format').oneOf(['extra-cases/1'])
  const protocol = root.get('protocol').text()
  const cases = root.get('cases')
  return Object.keys(cases.record()).flatMap((key) => readCase(key, protocol, cases.get(key).map(CASE_KEYS), rows))
}

function readCase(
  key: string,
  protocol: string,
  from: YamlReader,
  rows: ReadonlyMap<string, RequirementRow>,
): ExtraCase[] {
  const requirements = from.has('requirements')
    ? from
        .get('requirements')
        .list()
        .map((item) => item.text())
    : []
  const row = strongest(requirements, rows)
  const level = from.has('level')
    ? from.get('level').oneOf<Level>(['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY'])
    : (row?.level ?? null)
  const stated = from.has('stated')
    ? from.get('stated').oneOf<Stated>(['keyword', 'prose', 'de-facto', 'project'])
    : (row?.stated ?? null)
  const shared = {
    protocol,
    title: from.get('title').text(),
    requirements,
    level,
    stated,
    verdict: from.has('verdict') ? from.get('verdict').oneOf(['judge', 'observe']) : ('judge' as const),
    alone: from.has('alone') && from.get('alone').value === true,
    reach: readReach(from),
    alteration: from.has('alter') ? readAlteration(from.get('alter')) : {},
    tls: from.has('tls') ? readTlsAlteration(from.get('tls')) : {},
    network: from.has('network') ? readNetworkAlteration(from.get('network')) : {},
    steps: from.has('steps') ? from.get('steps').list().map(readStep) : [],
    outcomes: from.get('outcomes').list().map(readOutcome),
    source: from.value,
  }
  return from
    .get('roles')
    .list()
    .map((role) => ({ ...shared, role: role.text(), id: `${protocol}/${role.text()}/${key}` }))
}

function readReach(from: YamlReader): Reach | null {
  const at = from.has('at')
    ? from
        .get('at')
        .oneOf(['network', 'transport', 'security', 'plaintext', 'secured', 'muxer', 'mplex', 'quic', 'stream'])
    : from.has('stream')
      ? 'stream'
      : null
  if (at === null) return null
  if (at !== 'stream') return { at }
  const stream = from.get('stream').map(['opens', 'protocol'])
  return {
    at,
    opens: stream.get('opens').oneOf(['tester', 'subject']),
    protocol: stream.has('protocol') ? stream.get('protocol').text() : null,
  }
}

function readStep(from: YamlReader): ScriptStep {
  const [kind] = Object.keys(from.record())
  const step = from.map([
    'send',
    'expect',
    'open',
    'churn',
    'datagram',
    'awaitVersions',
    'awaitInitialAnswer',
    'sendFrames',
    'linger',
    'receive',
    'grant',
    'hold',
    'probe',
    'end',
    'reset',
    'stop',
    'awaitEnd',
    'awaitStop',
    'agent',
    'accept',
    'awaitAsked',
    'note',
    'times',
  ])
  const times = step.has('times') ? step.get('times').number() : 1
  switch (kind) {
    case 'send':
      return readSend(step.get('send'), times)
    case 'expect':
      return readExpect(step.get('expect'))
    case 'open': {
      const open = step.get('open').map(['stream', 'protocol'])
      return {
        do: 'open',
        stream: open.get('stream').text(),
        protocol: open.has('protocol') ? open.get('protocol').text() : null,
      }
    }
    case 'datagram':
      return { do: 'datagram', kind: step.get('datagram').oneOf(datagramKinds), times }
    case 'awaitVersions':
      return { do: 'await-versions' }
    case 'awaitInitialAnswer':
      return { do: 'await-initial-answer' }
    case 'sendFrames':
      return { do: 'send-frames', bytes: step.get('sendFrames').map(['hex']).get('hex').bytes() }
    case 'linger':
      return { do: 'linger' }
    case 'churn': {
      const churn = step.get('churn').map(['protocol', 'count'])
      return { do: 'churn', protocol: churn.get('protocol').text(), count: churn.get('count').number() }
    }
    case 'receive':
      return {
        do: 'receive',
        stream: step.get('receive').get('stream').text(),
        atLeast: step.get('receive').get('atLeast').number(),
      }
    case 'grant':
      return {
        do: 'grant',
        stream: step.get('grant').get('stream').text(),
        bytes: step.get('grant').get('bytes').number(),
      }
    case 'hold':
      return { do: 'hold' }
    case 'probe':
      return { do: 'probe' }
    case 'end':
      return { do: kind, stream: streamOf(step.get(kind)) }
    case 'reset':
      return { do: kind, ...readReset(step.get(kind)) }
    case 'stop': {
      const { stream, code } = readReset(step.get(kind))
      return { do: kind, stream, code }
    }
    case 'awaitStop':
      return { do: 'await-stop', stream: streamOf(step.get('awaitStop')) }
    case 'awaitEnd':
      return { do: 'await-end', stream: streamOf(step.get('awaitEnd')) }
    case 'agent':
      return { do: 'agent', act: readAct(step.get('agent')) }
    case 'accept': {
      const accept = step.get('accept').map(['stream', 'protocol'])
      return { do: 'accept', stream: accept.get('stream').text(), protocol: accept.get('protocol').text() }
    }
    case 'awaitAsked':
      return { do: 'await-asked', protocol: step.get('awaitAsked').text() }
    default:
      throw from.error('is no step')
  }
}

function readAct(from: YamlReader): AgentAct {
  const [what] = Object.keys(from.record())
  switch (what) {
    case 'serve':
    case 'unserve': {
      const act = from.map([what]).get(what)
      return { what, protocols: act.list().map((item) => item.text()) }
    }
    case 'listen':
      return { what }
    case 'open': {
      const act = from.map([what]).get(what).map(['stream', 'protocol'])
      return { what, stream: act.get('stream').text(), protocol: act.get('protocol').text() }
    }
    case 'write': {
      const act = from.map([what]).get(what).map(['stream', 'bytes'])
      return { what, stream: act.get('stream').text(), bytes: act.get('bytes').number() }
    }
    case 'end':
    case 'reset':
      return { what, stream: from.map([what]).get(what).map(['stream']).get('stream').text() }
    default:
      throw from.error('is nothing that an application is told')
  }
}

function streamOf(from: YamlReader): string | null {
  return from.value === true ? null : from.map(['stream']).get('stream').text()
}

function readReset(from: YamlReader): Omit<Extract<ScriptStep, { do: 'reset' }>, 'do'> {
  if (from.value === true) return { stream: null, way: 'both', code: 0 }
  from.map(['stream', 'way', 'code'])
  return {
    stream: from.has('stream') ? from.get('stream').text() : null,
    way: from.has('way') ? from.get('way').oneOf(['both', 'writing'] as const) : 'both',
    code: from.has('code') ? from.get('code').number() : 0,
  }
}

function readSend(from: YamlReader, outerTimes: number): ScriptStep {
  const times = from.has('times') ? from.get('times').number() : outerTimes
  if (from.has('frame')) return { do: 'send-frame', frame: readFrame(from.map(['frame', 'times']).get('frame')), times }
  if (from.has('mplex')) return { do: 'send-mplex', frame: readMplex(from.map(['mplex', 'times']).get('mplex')), times }
  if (from.has('raw')) return { do: 'send-raw', content: readContent(from.map(['raw', 'times']).get('raw'), []), times }
  if (from.has('secure')) {
    const secure = from.map(['secure', 'times']).get('secure')
    const alteration = {
      ...(secure.has('tamper') ? { tamper: secure.get('tamper').oneOf(['first', 'last']) } : {}),
      ...(secure.has('length') ? { length: secure.get('length').number() } : {}),
    }
    return { do: 'send-secure', content: readContent(secure, ['tamper', 'length']), alteration, times }
  }
  return {
    do: 'send',
    content: readContent(from, ['stream', 'times']),
    stream: from.has('stream') ? from.get('stream').text() : null,
    times,
  }
}

function readExpect(from: YamlReader): ScriptStep {
  const stream = from.has('stream') ? from.get('stream').text() : null
  if (from.has('frame')) return { do: 'expect-frame', frame: readFrame(from.map(['frame']).get('frame')) }
  if (from.has('mplex')) return { do: 'expect-mplex', frame: readMplex(from.map(['mplex']).get('mplex')) }
  if (from.has('bytes'))
    return { do: 'expect-count', bytes: from.map(['bytes', 'stream']).get('bytes').number(), stream }
  return { do: 'expect', content: readContent(from, ['stream']), stream }
}

function readContent(from: YamlReader, more: readonly string[]): Content {
  const content = from.map([...CONTENT_KEYS, ...more])
  if (content.has('hex')) return { kind: 'bytes', bytes: content.get('hex').bytes() }
  if (content.has('text')) return { kind: 'bytes', bytes: new TextEncoder().encode(content.get('text').text()) }
  if (content.has('zeros')) return { kind: 'bytes', bytes: new Uint8Array(content.get('zeros').number()) }
  if (content.has('multistream')) return { kind: 'multistream', text: content.get('multistream').text() }
  if (content.has('message')) {
    const fields = content.has('fields') ? content.get('fields').record() : {}
    return { kind: 'message', name: content.get('message').text(), fields }
  }
  throw from.error(`says no bytes; use one of ${CONTENT_KEYS.join(', ')}`)
}

function readFrame(from: YamlReader): FramePattern {
  const frame = from.map(['version', 'type', 'flags', 'stream', 'length', ...CONTENT_KEYS])
  const { value: type } = frame.get('type')
  const hasBody = CONTENT_KEYS.some((key) => frame.has(key))
  const stream = frame.has('stream') ? frame.get('stream').value : undefined
  return {
    version: frame.has('version') ? frame.get('version').number() : undefined,
    type: typeof type === 'number' ? type : yamuxTypes[frame.get('type').oneOf(['data', 'window', 'ping', 'go-away'])],
    flags: frame.has('flags') ? readFlags(frame.get('flags')) : undefined,
    stream: typeof stream === 'number' || stream === undefined ? stream : frame.get('stream').text(),
    length: frame.has('length') ? frame.get('length').number() : undefined,
    body: hasBody ? readContent(frame, ['version', 'type', 'flags', 'stream', 'length']) : null,
  }
}

function readMplex(from: YamlReader): MplexPattern {
  const frame = from.map(['flag', 'stream', 'length', ...CONTENT_KEYS])
  const { value: flag } = frame.get('flag')
  const { value: stream } = frame.get('stream')
  const names = Object.keys(mplexFlags) as (keyof typeof mplexFlags)[] // the keys of a constant
  return {
    flag: typeof flag === 'number' ? flag : mplexFlags[frame.get('flag').oneOf(names)],
    stream: typeof stream === 'number' ? stream : frame.get('stream').text(),
    length: frame.has('length') ? frame.get('length').number() : undefined,
    body: CONTENT_KEYS.some((key) => frame.has(key)) ? readContent(frame, ['flag', 'stream', 'length']) : null,
  }
}

function readFlags(from: YamlReader): number {
  if (typeof from.value === 'number') return from.number()
  return from.list().reduce((flags, flag) => flags | yamuxFlags[flag.oneOf(['syn', 'ack', 'fin', 'rst'])], 0)
}

function readOutcome(from: YamlReader): Outcome {
  const [verdict] = Object.keys(from.map(VERDICTS).record())
  const known = VERDICTS.find((candidate) => candidate === verdict)
  if (known === undefined) throw from.error('names no verdict')
  const when = from.get(known)
  if (when.value === 'always') return { verdict: known, condition: null }
  when.map(['reaction', 'code', 'missing', 'facts'])
  return {
    verdict: known,
    condition: {
      reactions: when.has('reaction')
        ? when
            .get('reaction')
            .oneOrMore()
            .map((item) => item.oneOf(REACTIONS))
        : null,
      code: when.has('code') ? when.get('code').number() : null,
      missing: when.has('missing') && when.get('missing').value === true,
      facts: when.has('facts') ? readFacts(when.get('facts')) : {},
    },
  }
}

function readFacts(from: YamlReader): Readonly<Record<string, FactCondition>> {
  return Object.fromEntries(
    Object.keys(from.record()).map((name) => {
      const fact = from.get(name).map(['atMost', 'atLeast', 'is'])
      const { value: is } = fact.get('is')
      return [
        name,
        {
          ...(fact.has('atMost') ? { atMost: fact.get('atMost').number() } : {}),
          ...(fact.has('atLeast') ? { atLeast: fact.get('atLeast').number() } : {}),
          ...(typeof is === 'string' || typeof is === 'number' || typeof is === 'boolean' ? { is } : {}),
        },
      ]
    }),
  )
}

function readAlteration(from: YamlReader): HandshakeAlteration {
  from.map(['payload', 'first', 'second', 'third'])
  return {
    ...(from.has('payload') ? { payload: readPayloadAlteration(from.get('payload')) } : {}),
    ...(from.has('first') ? { first: readMessageAlteration(from.get('first')) } : {}),
    ...(from.has('second') ? { second: readMessageAlteration(from.get('second')) } : {}),
    ...(from.has('third') ? { third: readMessageAlteration(from.get('third')) } : {}),
  }
}

function readTlsAlteration(from: YamlReader): TlsAlteration {
  from.map(['certificate', 'version', 'applications', 'serverName'])
  return {
    ...(from.has('certificate') ? { certificate: from.get('certificate').oneOf(certificateForms) } : {}),
    ...(from.has('version') ? { version: from.get('version').oneOf(['TLSv1.2']) } : {}),
    ...(from.has('applications')
      ? {
          applications: from
            .get('applications')
            .list()
            .map((item) => item.text()),
        }
      : {}),
    ...(from.has('serverName') ? { serverName: from.get('serverName').text() } : {}),
  }
}

function readNetworkAlteration(from: YamlReader): NetworkAlteration {
  from.map(['key', 'bytewise'])
  return {
    ...(from.has('key') ? { key: from.get('key').oneOf(['other', 'none']) } : {}),
    ...(from.has('bytewise') ? { bytewise: true } : {}),
  }
}

function readPayloadAlteration(from: YamlReader): PayloadAlteration {
  from.map([
    'signature',
    'domain',
    'identityKey',
    'raw',
    'empty',
    'muxers',
    'unknownField',
    'unknownExtension',
    'fieldsTwice',
  ])
  return {
    ...(from.has('signature')
      ? { signature: from.get('signature').oneOf(['flipped', 'empty', 'absent', 'other-key', 'other-static']) }
      : {}),
    ...(from.has('domain') ? { domain: from.get('domain').text() } : {}),
    ...(from.has('identityKey')
      ? { identityKey: from.get('identityKey').oneOf(['absent', 'empty', 'garbage', 'other', 'rsa-oversize']) }
      : {}),
    ...(from.has('raw') ? { raw: from.get('raw').map(['hex']).get('hex').bytes() } : {}),
    ...(from.has('empty') ? { raw: new Uint8Array() } : {}),
    ...(from.has('muxers')
      ? {
          muxers: from
            .get('muxers')
            .list()
            .map((item) => item.text()),
        }
      : {}),
    ...(from.has('unknownField') ? { unknownField: true } : {}),
    ...(from.has('unknownExtension') ? { unknownExtension: true } : {}),
    ...(from.has('fieldsTwice') ? { fieldsTwice: true } : {}),
  }
}

function readMessageAlteration(from: YamlReader): MessageAlteration {
  from.map(['tamper', 'length', 'ephemeral', 'payload', 'truncate', 'append'])
  return {
    ...(from.has('tamper') ? { tamper: from.get('tamper').oneOf(['ephemeral', 'static', 'payload', 'tag']) } : {}),
    ...(from.has('length') ? { length: from.get('length').number() } : {}),
    ...(from.has('ephemeral') ? { ephemeral: from.get('ephemeral').oneOf(['zero']) } : {}),
    ...(from.has('payload') ? { payload: from.get('payload').map(['hex']).get('hex').bytes() } : {}),
    ...(from.has('truncate') ? { truncate: from.get('truncate').number() } : {}),
    ...(from.has('append') ? { append: from.get('append').number() } : {}),
  }
}
