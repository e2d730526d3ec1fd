import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadModel } from '../load/load-model.ts'
import { projectRoot } from '../load/project-root.ts'
import { parseYaml } from '../load/spec-file.ts'
import type { SpecFile } from '../load/spec-file.ts'
import { validate } from '../load/validate.ts'
import type { Machine } from '../model/machine.ts'
import { resolveMachine } from '../model/resolve-machine.ts'
import type { MachineFile } from '../model/spec-types.ts'
import { checkPair } from './pair-check.ts'

t.test('every pair of the spec ends and agrees, in every order and timing', async (t) => {
  const model = loadModel(projectRoot)
  const pairs = model.protocols.flatMap((protocol) => {
    const machine = resolveMachine(protocol, model)
    return machine === undefined ? [] : machine.pairs.map((pair) => ({ machine, pair }))
  })
  t.ok(pairs.length >= 5, 'there are pairs to check')
  for (const { machine, pair } of pairs)
    t.same(checkPair(machine, pair).problems, [], `${machine.id}: ${pair.join(' and ')}`)
})

t.test('finds seeded faults and says how to get there', async (t) => {
  const faults: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'a responder that never sends its header',
      'do: [send.header], early: [send.header]',
      'do: []',
      /initiator waits in `awaitHeader`/,
    ],
    [
      "both hold their header until the other's comes",
      'late: [send.protocol]',
      'late: [send.header]',
      /waits in `awaitHeader`/,
    ],
    [
      'a responder that takes what it does not have',
      'send.na], req: [MSS-SEL-3',
      'send.protocol(name)], req: [MSS-SEL-3',
      /waits in|is done but|fails with/,
    ],
    [
      'an initiator that is done with an answer it did not ask for',
      'recv.na/more: { to: awaitReply',
      'recv.na/more: { to: done',
      /waits in `awaitProposal`/,
    ],
    [
      'two names for one selection',
      'do: [timer.stop(negotiate), selected(name)]',
      'do: [timer.stop(negotiate), "selected(offers[0])"]',
      /`name` is/,
    ],
  ]
  const path = 'spec/protocols/multistream-select/machine.yaml'
  const text = readFileSync(join(projectRoot, path), 'utf8')
  for (const [what, find, replace, expected] of faults) {
    t.ok(text.includes(find), `the spec still says ${find}`)
    const { problems } = checkPair(machineOf(path, text.replace(find, replace)), ['initiator', 'responder'])
    t.equal(problems.length, 1, what)
    t.match(problems[0]?.message, expected, what)
    t.match(problems[0]?.fix, /Steps: both start/, 'with the steps that lead there')
  }
  const { problems } = checkPair(machineOf(path, text), ['initiator', 'listener'])
  t.match(problems[0]?.message, /names a role that does not exist/)
})

function machineOf(path: string, text: string): Machine {
  const { file, problems } = parseYaml(path, new TextEncoder().encode(text))
  const found = [...problems, ...validate(file, 'machine')]
  if (found.length > 0) throw new Error(JSON.stringify(found))
  const model = loadModel(projectRoot, ['multistream-select'])
  const protocol = model.protocols.find(({ name }) => name === 'multistream-select')
  if (protocol === undefined) throw new Error('multistream-select is gone')
  // The schema has accepted it.
  const machine = resolveMachine({ ...protocol, machine: file as SpecFile<MachineFile> }, model)
  if (machine === undefined) throw new Error('no machine')
  return machine
}
