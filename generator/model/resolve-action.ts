import { parseExpression, parseInvocation } from '../expression/parse.ts'
import { ExpressionError } from '../expression/syntax.ts'
import type { Action, Message, Signature, Target } from './machine.ts'

/** Names that an action may use. */
export interface ActionNames {
  readonly messages: ReadonlyMap<string, Message>
  readonly outputs: ReadonlyMap<string, Signature>
  readonly timers: ReadonlySet<string>
}

/** Parses one entry of `do`; throws an ExpressionError that says what is wrong. */
export function resolveAction(text: string, names: ActionNames): Action {
  const { name, args } = parseInvocation(text)
  switch (name) {
    case 'close':
    case 'closeWrite':
    case 'reset':
      if (args.length > 0) throw new ExpressionError(`\`${name}\` takes no arguments`)
      return { kind: name }
    case 'timer.start':
    case 'timer.stop': {
      const [timer] = args
      if (args.length !== 1 || timer?.kind !== 'name')
        throw new ExpressionError(`\`${name}\` takes the name of one timer`)
      if (!names.timers.has(timer.name))
        throw new ExpressionError(`no timer is called \`${timer.name}\`; timers: ${list(names.timers)}`)
      return { kind: name, timer: timer.name }
    }
    default:
  }
  if (name.startsWith('send.')) {
    const message = names.messages.get(name.slice('send.'.length))
    if (message === undefined)
      throw new ExpressionError(
        `no message is called \`${name.slice('send.'.length)}\`; messages: ${list(names.messages.keys())}`,
      )
    expectCount(
      text,
      args.length,
      message.parameters.map((parameter) => parameter.name),
    )
    return { kind: 'send', message: message.name, args }
  }
  const output = names.outputs.get(name)
  if (output === undefined) {
    throw new ExpressionError(
      `\`${name}\` is no action; actions: send.…, timer.start, timer.stop, close, closeWrite, reset, and the outputs ${list(names.outputs.keys())}`,
    )
  }
  expectCount(
    text,
    args.length,
    output.fields.map((field) => field.name),
  )
  return { kind: 'output', output: output.name, args }
}

/** Parses `to`: a state, `done` or `failed(code)`; undefined where it is none of them. */
export function resolveTarget(text: string, states: ReadonlySet<string>, errors: ReadonlySet<string>): Target | string {
  if (text === 'done') return { kind: 'done' }
  const failed = /^failed\((?<code>[a-z0-9-]+)\)$/.exec(text)?.groups?.['code']
  if (failed !== undefined) {
    return errors.has(failed)
      ? { kind: 'failed', error: failed }
      : `no error is called \`${failed}\`; errors: ${list(errors)}`
  }
  return states.has(text)
    ? { kind: 'state', state: text }
    : `no state is called \`${text}\`; states: ${list(states)}, done, failed(code)`
}

/** A class's `when`: undefined for else. */
export function resolveWhen(when: string | number | boolean): ReturnType<typeof parseExpression> | undefined {
  return when === 'else' ? undefined : parseExpression(when)
}

function expectCount(text: string, count: number, names: readonly string[]): void {
  if (count !== names.length) {
    throw new ExpressionError(
      `\`${text}\` has ${count} argument${count === 1 ? '' : 's'}, needed: ${names.length === 0 ? 'none' : names.join(', ')}`,
    )
  }
}

function list(names: Iterable<string>): string {
  return [...names].join(', ') || 'none'
}
