import { createHash } from 'node:crypto'
import { matcher } from '@p2pspec/conformance/report/expectations'
import {
  subjectLabel,
  type Abilities,
  type Matrix,
  type Scenario,
  type Spelling,
  type Transport,
} from './matrix-file.ts'

/** One meeting: a scenario, a stack, who dials and who listens. */
export interface Cell {
  /** `ping/tcp+noise+yamux/go@0.51→p2pspec`: the same in every run. */
  readonly id: string
  readonly scenario: string
  readonly stack: Stack
  readonly dialer: Party
  readonly listener: Party
}

export interface Stack {
  /** `tcp+noise+yamux`, `quic`. */
  readonly name: string
  readonly transport: string
  readonly security: string | null
  readonly muxer: string | null
  /** How the contract spells the transport. */
  readonly contractTransport: string
}

/** A subject in one version. */
export interface Party {
  readonly label: string
  readonly subject: string
  readonly version: string | null
  readonly spelling: Spelling
  readonly peer?: string
  readonly image?: string
  readonly command?: readonly string[]
}

/** Every cell that the matrix declares, in the order of the file: scenario, stack, dialer, listener. */
export function expandMatrix(matrix: Matrix): readonly Cell[] {
  const parties = partiesOf(matrix)
  return Object.entries(matrix.scenarios).flatMap(([name, scenario]) =>
    stacksOf(matrix).flatMap((stack) => cellsOf(name, scenario, stack, parties)),
  )
}

/** The name that the contract's TEST_KEY and file names are made of. */
export function cellKey(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 8)
}

/** Where a run keeps the evidence of its cells, below its own folder. */
export const evidenceFolder = 'cells'

/** A folder name that tells the cell and is no other cell's. */
export function cellFolder(id: string): string {
  return `${id.replaceAll('→', '-to-').replaceAll(/[^A-Za-z0-9.@+-]+/g, '_')}-${cellKey(id)}`
}

interface AbleParty {
  readonly party: Party
  readonly can: Abilities
}

function partiesOf(matrix: Matrix): readonly AbleParty[] {
  return Object.entries(matrix.subjects).flatMap(([subject, { versions, ...common }]) =>
    versions.map(({ version, peer, image, command, ...own }) => {
      const can = { ...common, ...own }
      const party: Party = {
        label: subjectLabel(subject, version),
        subject,
        version: version ?? null,
        spelling: can.spelling ?? 'unified',
        ...(peer === undefined ? {} : { peer }),
        ...(image === undefined ? {} : { image }),
        ...(command === undefined ? {} : { command }),
      }
      return { party, can }
    }),
  )
}

function stacksOf(matrix: Matrix): readonly Stack[] {
  const all = [...Object.values(matrix.subjects), ...Object.values(matrix.subjects).flatMap(({ versions }) => versions)]
  const securities = [...new Set(all.flatMap(({ security = [] }) => security))]
  const muxers = [...new Set(all.flatMap(({ muxers = [] }) => muxers))]
  return Object.entries(matrix.transports).flatMap(([transport, description]) =>
    description.stacked
      ? securities.flatMap((security) => muxers.map((muxer) => stackOf(transport, description, security, muxer)))
      : [stackOf(transport, description, null, null)],
  )
}

function stackOf(transport: string, { contract }: Transport, security: string | null, muxer: string | null): Stack {
  const name = [transport, security, muxer].filter((part) => part !== null).join('+')
  return { name, transport, security, muxer, contractTransport: contract ?? transport }
}

function cellsOf(name: string, scenario: Scenario, stack: Stack, parties: readonly AbleParty[]): readonly Cell[] {
  if (scenario.stacks?.some((pattern) => matcher(pattern)(stack.name)) === false) return []
  const able = parties.filter(({ can }) => speaks(can, stack) && can.scenarios.includes(scenario.needs ?? name))
  const dialers = able.filter(({ can }) => can.listenOnly?.includes(stack.transport) !== true)
  return dialers.flatMap((dialer) =>
    able
      .filter(({ can }) => can.dialOnly?.includes(stack.transport) !== true)
      .map((listener) => ({
        id: `${name}/${stack.name}/${dialer.party.label}→${listener.party.label}`,
        scenario: name,
        stack,
        dialer: dialer.party,
        listener: listener.party,
      })),
  )
}

function speaks(can: Abilities, { transport, security, muxer }: Stack): boolean {
  return (
    can.transports.includes(transport) &&
    (security === null || can.security.includes(security)) &&
    (muxer === null || can.muxers.includes(muxer))
  )
}
