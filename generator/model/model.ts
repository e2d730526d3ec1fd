import type { SpecFile } from '../load/spec-file.ts'
import type {
  ErrorsFile,
  FramingsFile,
  InterfaceFile,
  LayoutFile,
  LimitsFile,
  LockFile,
  MachineFile,
  RecordFile,
  RequirementsFile,
  VectorsFile,
} from './spec-types.ts'

/** Everything that spec/ says, read and checked against the schemas. Lists are sorted by name. */
export interface Model {
  readonly protocols: readonly Protocol[]
  readonly records: readonly SpecRecord[]
  readonly interfaces: readonly SpecFile<InterfaceFile>[]
  readonly limits: SpecFile<LimitsFile> | undefined
  readonly errors: SpecFile<ErrorsFile> | undefined
  readonly framings: SpecFile<FramingsFile> | undefined
  readonly lock: SpecFile<LockFile> | undefined
}

/** A file that the generator hands on as text: a .proto. */
export interface SpecText {
  /** Relative to the project root. */
  readonly path: string
  /** `identify.proto` */
  readonly name: string
  readonly sha256: string
  readonly text: string
}

/** One folder of spec/protocols/. */
export interface Protocol {
  readonly name: string
  /** `spec/protocols/ping` */
  readonly folder: string
  readonly machine: SpecFile<MachineFile> | undefined
  readonly layout: SpecFile<LayoutFile> | undefined
  readonly requirements: SpecFile<RequirementsFile> | undefined
  readonly vectors: SpecFile<VectorsFile> | undefined
  readonly protos: readonly SpecText[]
}

/** One folder of spec/records/. */
export interface SpecRecord {
  readonly name: string
  readonly folder: string
  readonly record: SpecFile<RecordFile> | undefined
  readonly layout: SpecFile<LayoutFile> | undefined
  readonly requirements: SpecFile<RequirementsFile> | undefined
  readonly vectors: SpecFile<VectorsFile> | undefined
  readonly protos: readonly SpecText[]
}
