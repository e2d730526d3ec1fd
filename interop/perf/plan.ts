import type { PeerName } from '../peers/peer-names.ts'
import type { Stack } from './stack.ts'

/** What a figure is told in, and whether more of it is better. */
export interface Unit {
  readonly label: string
  readonly better: 'more' | 'less'
  readonly digits: number
}

/** One measured piece of work: how a peer's dialer is asked for it, and what is read off. */
export interface WorkPlan {
  readonly name: WorkName
  readonly title: string
  readonly unit: Unit
  /** `every`: on each stack; `first`: on the first one alone; `once`: it has nothing to do with stacks. */
  readonly scope: 'every' | 'first' | 'once'
  /** The peer program's `--work`; absent for what the harness measures from outside. */
  readonly work?: 'bulk-up' | 'bulk-down' | 'dial' | 'stream' | 'latency'
  readonly parallel: number
  readonly size: (scale: Scale, stack: Stack) => number
  /** CPU is told per GiB for bytes, per piece else. */
  readonly cpu: { readonly label: string; readonly per: 'GiB' | 'piece' } | undefined
}

export const workNames = [
  'bulk-up',
  'bulk-down',
  'dial',
  'dial-50',
  'stream',
  'stream-100',
  'latency',
  'idle',
  'idle-streams',
  'start',
  'install',
  'packages',
] as const
export type WorkName = (typeof workNames)[number]

export interface Scale {
  readonly rounds: number
  readonly bulkBytes: number
  readonly dials: number
  readonly streams: number
  readonly pings: number
  readonly idleConnections: number
  readonly idleStreams: number
}

const mib = 1024 * 1024

export const scales: Readonly<Record<'full' | 'quick' | 'tiny', Scale>> = {
  full: {
    rounds: 5,
    bulkBytes: 256 * mib,
    dials: 300,
    streams: 2_000,
    pings: 4_000,
    idleConnections: 1_000,
    // rust-libp2p takes 512 on one connection.
    idleStreams: 400,
  },
  quick: {
    rounds: 3,
    bulkBytes: 96 * mib,
    dials: 100,
    streams: 800,
    pings: 1_000,
    idleConnections: 200,
    idleStreams: 200,
  },
  // So small that its figures say nothing: it shows that everything runs.
  tiny: { rounds: 1, bulkBytes: 64 * 1024, dials: 2, streams: 4, pings: 4, idleConnections: 2, idleStreams: 2 },
}

/** Stacks that move bytes much slower or faster than the others get less or more of them. */
const bulkShares: Readonly<Record<string, number>> = { quic: 0.25, plaintext: 2 }

const bytesPerSecond: Unit = { label: 'MB/s', better: 'more', digits: 0 }
const perSecond: Unit = { label: '/s', better: 'more', digits: 0 }
const kib: Unit = { label: 'KiB', better: 'less', digits: 1 }
const cpuPerGib = { label: 'CPU s/GiB', per: 'GiB' } as const
const cpuPerPiece = { label: 'CPU ms each', per: 'piece' } as const
const outside = { parallel: 1, cpu: undefined } as const

function bulkSize({ bulkBytes }: Scale, { transport, security = '' }: Stack): number {
  return Math.round(bulkBytes * (bulkShares[transport] ?? bulkShares[security] ?? 1))
}

export const plans: Readonly<Record<WorkName, WorkPlan>> = {
  'bulk-up': {
    name: 'bulk-up',
    title: 'Upload, one stream',
    unit: bytesPerSecond,
    scope: 'every',
    work: 'bulk-up',
    parallel: 1,
    size: bulkSize,
    cpu: cpuPerGib,
  },
  'bulk-down': {
    name: 'bulk-down',
    title: 'Download, one stream',
    unit: bytesPerSecond,
    scope: 'every',
    work: 'bulk-down',
    parallel: 1,
    size: bulkSize,
    cpu: cpuPerGib,
  },
  dial: {
    name: 'dial',
    title: 'Dial, echo, close: one after another',
    unit: perSecond,
    scope: 'every',
    work: 'dial',
    parallel: 1,
    size: (scale) => scale.dials,
    cpu: cpuPerPiece,
  },
  'dial-50': {
    name: 'dial-50',
    title: 'Dial, echo, close: 50 at a time',
    unit: perSecond,
    scope: 'every',
    work: 'dial',
    parallel: 50,
    size: (scale) => scale.dials * 3,
    cpu: cpuPerPiece,
  },
  stream: {
    name: 'stream',
    title: 'Stream of 32 B there and back: one after another',
    unit: perSecond,
    scope: 'every',
    work: 'stream',
    parallel: 1,
    size: (scale) => scale.streams,
    cpu: cpuPerPiece,
  },
  'stream-100': {
    name: 'stream-100',
    title: 'Stream of 32 B there and back: 100 at a time',
    unit: perSecond,
    scope: 'every',
    work: 'stream',
    parallel: 100,
    size: (scale) => scale.streams * 5,
    cpu: cpuPerPiece,
  },
  latency: {
    name: 'latency',
    title: 'Round trip of 32 B on an open stream, median',
    unit: { label: 'µs', better: 'less', digits: 0 },
    scope: 'every',
    work: 'latency',
    parallel: 1,
    size: (scale) => scale.pings,
    cpu: undefined,
  },
  idle: {
    ...outside,
    name: 'idle',
    title: 'Memory of an idle inbound connection (RSS)',
    unit: kib,
    scope: 'first',
    size: (scale) => scale.idleConnections,
  },
  'idle-streams': {
    ...outside,
    name: 'idle-streams',
    title: 'Memory of an idle inbound stream (RSS)',
    unit: kib,
    scope: 'first',
    size: (scale) => scale.idleStreams,
  },
  start: {
    ...outside,
    name: 'start',
    title: 'Process start until it listens',
    unit: { label: 'ms', better: 'less', digits: 0 },
    scope: 'once',
    size: () => 1,
  },
  install: {
    ...outside,
    name: 'install',
    title: 'Installed by npm into an empty folder',
    unit: { label: 'MB', better: 'less', digits: 1 },
    scope: 'once',
    size: () => 1,
  },
  packages: {
    ...outside,
    name: 'packages',
    title: 'Packages of that',
    unit: { label: 'packages', better: 'less', digits: 0 },
    scope: 'once',
    size: () => 1,
  },
}

/** Who dials whom; beside each other they are compared. */
export interface Contender {
  readonly label: string
  readonly dialer: PeerName
  readonly listener: PeerName
}

export function contenderOf(dialer: PeerName, listener: PeerName): Contender {
  return { label: dialer === listener ? dialer : `${dialer} → ${listener}`, dialer, listener }
}
