// Generated from spec/schemas/ by generator/model/write-spec-types.ts. Do not edit.

/**
 * PascalCase.
 */
export type SpecPascalName = string
/**
 * Our own words, one line.
 */
export type SpecSentence = string
/**
 * CODE-TOPIC-NUMBER.
 */
export type SpecRequirementId = string
export type SpecRequirementIds = SpecRequirementId[]
/**
 * Lower-case words joined by hyphens.
 */
export type SpecKebabName = string
/**
 * Prefix of requirement ids.
 */
export type SpecCode = string
/**
 * major.minor.patch of this file.
 */
export type SpecVersion = string
/**
 * A TypeScript type.
 */
export type InterfaceTypeText = string
/**
 * A number of bytes, a limit's name, the field that counts it, or rest for everything up to the end.
 */
export type LayoutSize = number | string
/**
 * camelCase.
 */
export type SpecCamelName = string
/**
 * A figure, or the name of a limit of this protocol in spec/common/limits.yaml.
 */
export type LayoutLimit = number | SpecCamelName
/**
 * What that implementation uses; null: none; text where a number does not say it.
 */
export type Figure = number | string | null
/**
 * A figure, or the name of a limit of this protocol in spec/common/limits.yaml.
 */
export type MachineLimit = number | SpecCamelName
/**
 * string, bytes, bool, number, u64 (bigint), PeerId or a message's name; then [] or [from..to] for a list, ? where it may be absent.
 */
export type MachineType = string
/**
 * 10s, 500ms, 2m, or the name of a limit of this protocol in spec/common/limits.yaml.
 */
export type MachineDuration = string
/**
 * Comparison, && || !, in, len, has, merge, indexing, + -, literals, names, named predicates.
 */
export type MachineExpression = string | number | boolean
/**
 * send.message, send.message(arguments), timer.start(name), timer.stop(name), close, closeWrite, reset, output(arguments).
 */
export type MachineAction = string
export type MachineActions = MachineAction[]
export type MachineSendNames = string[]
/**
 * A value: JSON, or bytes written as {hex}, {utf8}, {base58}, {base64} or {repeat: byte, count}.
 */
export type SpecValue =
  | (string | number | boolean | null)
  | SpecValue[]
  | {
      [k: string]: SpecValue
    }

export interface SpecFiles {
  errors: ErrorsFile
  framings: FramingsFile
  interface: InterfaceFile
  layout: LayoutFile
  limits: LimitsFile
  lock: LockFile
  machine: MachineFile
  record: RecordFile
  requirements: RequirementsFile
  vectors: VectorsFile
}
/**
 * Error codes of each layer, with what they mean and what to do.
 */
export interface ErrorsFile {
  format: 'errors/1'
  layers: {
    [k: string]: {
      class: SpecPascalName
      what: SpecSentence
      codes: {
        [k: string]: {
          what: SpecSentence
          advice: SpecSentence
          /**
           * Whose fault: a peer's offence, our limit, the network, the caller.
           */
          fault: 'remote' | 'local' | 'network' | 'usage'
          /**
           * Typed data: field → type.
           */
          data?: {
            [k: string]: string
          }
          req?: SpecRequirementIds
        }
      }
    }
  }
}
/**
 * The ways to cut messages out of a byte stream, and each way a frame can be broken.
 */
export interface FramingsFile {
  format: 'framings/1'
  framings: {
    [k: string]: {
      what: SpecSentence
      malformations: {
        [k: string]: {
          what: SpecSentence
          /**
           * Only where the framing or a message has this.
           */
          needs?: 'suffix' | 'text' | 'proto' | 'limit'
          req?: SpecRequirementIds
        }
      }
    }
  }
}
/**
 * A seam between subsystems: types, methods, events, errors and the rules that every implementation keeps.
 */
export interface InterfaceFile {
  format: 'interface/1'
  id: SpecKebabName
  code: SpecCode
  version: SpecVersion
  what: SpecSentence
  sources?: SpecSources
  /**
   * Interface file or package → the names taken from it.
   */
  imports?: {
    [k: string]: SpecPascalName[]
  }
  /**
   * Type name → its declaration, in the order in which they are written.
   */
  declares: {
    [k: string]: InterfaceDeclaration
  }
  /**
   * Rule id → what every implementation keeps: cancellation, ordering, back-pressure.
   */
  rules?: {
    [k: string]: {
      level: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY'
      text: SpecSentence
      /**
       * Type.member that the rule speaks of.
       */
      about?: string
      kind?: 'cancellation' | 'ordering' | 'back-pressure' | 'errors' | 'lifetime' | 'semantics'
    }
  }
}
/**
 * Alias → pinned document, written owner/repository@commit:path.
 */
export interface SpecSources {
  [k: string]: string
}
export interface InterfaceDeclaration {
  what?: SpecSentence
  /**
   * Type parameters.
   */
  parameters?: string[]
  alias?: InterfaceTypeText
  extends?: InterfaceTypeText[]
  /**
   * Properties and methods, in order.
   */
  members?: {
    [k: string]: InterfaceMember
  }
  /**
   * Event → its payload; a member on(event, listener) is derived.
   */
  events?: {
    [k: string]: InterfaceMember
  }
  /**
   * Codes that its methods throw or reject with.
   */
  errors?: SpecKebabName[]
}
export interface InterfaceMember {
  what?: SpecSentence
  type?: InterfaceTypeText
  /**
   * Not readonly.
   */
  mutable?: boolean
  optional?: boolean
  /**
   * A method: argument → type, in order; a name ending in ? is optional.
   */
  arguments?: {
    [k: string]: InterfaceTypeText
  }
  returns?: InterfaceTypeText
  errors?: SpecKebabName[]
  rules?: SpecRequirementIds
}
/**
 * Binary layouts that are not protobuf.
 */
export interface LayoutFile {
  format: 'layout/1'
  id: SpecKebabName
  code: SpecCode
  version: SpecVersion
  sources?: SpecSources
  layouts: {
    [k: string]: {
      what: SpecSentence
      /**
       * Of every field that does not say its own; big where absent.
       */
      endian?: 'big' | 'little'
      /**
       * Bytes behind the last field: an error (where absent), or left to the caller.
       */
      trailing?: 'error' | 'return'
      /**
       * In wire order.
       */
      fields: {
        [k: string]: LayoutField
      }
      req?: SpecRequirementIds
    }
  }
}
export interface LayoutField {
  /**
   * Unsigned integers by width (u64 is a bigint); bytes; UTF-8 text; list of `of`; another layout.
   */
  type: 'u8' | 'u16' | 'u24' | 'u32' | 'u64' | 'uvarint' | 'bytes' | 'text' | 'list' | 'layout'
  what?: SpecSentence
  endian?: 'big' | 'little'
  size?: LayoutSize
  counts?: SpecCamelName
  /**
   * The count covers the suffix of the counted field too.
   */
  countsSuffix?: boolean
  /**
   * The only legal value; no value of its own.
   */
  equals?:
    | (number | string)
    | {
        hex: string
      }
  /**
   * Name → number: the legal values; others are an error unless `open`.
   */
  values?: {
    [k: string]: number
  }
  /**
   * Name → bit mask; other bits are an error unless `open`.
   */
  flags?: {
    [k: string]: number
  }
  /**
   * Unknown values or bits are kept, not refused.
   */
  open?: boolean
  min?: LayoutLimit
  max?: LayoutLimit
  /**
   * uvarint: longest encoding.
   */
  maxBytes?: number
  /**
   * uvarint: a longer encoding than needed is an error (where absent: yes).
   */
  minimal?: boolean
  /**
   * text, bytes: text that follows.
   */
  suffix?: string
  /**
   * list: fields of one item, in wire order; an item with one value field is that value.
   */
  of?: {
    [k: string]: LayoutField
  }
  until?: LayoutSize
  layout?: SpecCamelName
  error?: SpecKebabName
  req?: SpecRequirementIds
}
/**
 * Every limit and time-out: protocol (or layer) → name → figure, origin and what others use.
 */
export interface LimitsFile {
  format: 'limits/1'
  limits: {
    [k: string]: {
      [k: string]: Limit
    }
  }
}
export interface Limit {
  value: number
  unit:
    | 'bytes'
    | 'bits'
    | 'count'
    | 'messages'
    | 'streams'
    | 'connections'
    | 'milliseconds'
    | 'seconds'
    | 'per-second'
    | 'ratio'
  why: SpecSentence
  go?: Figure
  rust?: Figure
  js?: Figure
  /**
   * alias#section, or project.
   */
  source?: string
  req?: SpecRequirementIds
}
/**
 * The pinned origin documents, and a digest of each sentence that is cited.
 */
export interface LockFile {
  format: 'lock/1'
  /**
   * owner/repository@commit:path, as `sources` writes it.
   */
  documents: {
    [k: string]: {
      /**
       * Of the document at that commit.
       */
      sha256: string
      licence?: string
      /**
       * Digest (first 12 hex digits of the SHA-256, white space folded) → the section it stands in.
       */
      sentences?: {
        [k: string]: string
      }
    }
  }
}
/**
 * One protocol as state machines: what each role does in each state at each event.
 */
export interface MachineFile {
  format: 'machine/1'
  id: SpecKebabName
  code: SpecCode
  version: SpecVersion
  what?: SpecSentence
  sources: SpecSources
  /**
   * Protocol id → who plays which role on the stream.
   */
  protocols?: {
    [k: string]: {
      opener: SpecCamelName
      acceptor: SpecCamelName
    }
  }
  framing: MachineFraming
  /**
   * Tried in the order written on a payload without its framing.
   */
  messages: {
    [k: string]: MachineMessage
  }
  /**
   * Timer → its length, as a duration or as the name of a limit.
   */
  timers?: {
    [k: string]: MachineDuration
  }
  /**
   * Limits that expressions name: a list of names of spec/common/limits.yaml, or name → figure.
   */
  limits?:
    | SpecCamelName[]
    | {
        [k: string]: number
      }
  outputs?: MachineSignatures
  calls?: MachineSignatures
  /**
   * Codes of `failed(code)`: a list, or code → what happened and what to do.
   */
  errors:
    | SpecKebabName[]
    | {
        [k: string]: SpecSentence
      }
  /**
   * Pure functions that expressions call; written by hand in runtime/.
   */
  predicates?: {
    [k: string]: {
      args: MachineType[]
      returns: MachineType
      what?: SpecSentence
    }
  }
  /**
   * Roles that are checked against each other: [the one that begins, the other].
   */
  pairs?: [SpecCamelName, SpecCamelName][]
  anyState?: MachineRows
  roles: {
    [k: string]: MachineRole
  }
}
/**
 * How messages are cut out of the byte stream.
 */
export interface MachineFraming {
  kind: 'uvarint-prefixed' | 'u16be-prefixed' | 'fixed' | 'manual'
  /**
   * uvarint-prefixed: text behind every payload, counted by the prefix.
   */
  suffix?: string
  limit?: MachineLimit
  sendLimit?: MachineLimit
  length?: MachineLimit
  /**
   * Way to break a frame → the requirements that speak of it; those of the recv.malformed row where absent.
   */
  malformed?: {
    [k: string]: SpecRequirementIds
  }
  req?: SpecRequirementIds
}
export interface MachineMessage {
  /**
   * Exactly this text.
   */
  equals?: string
  text?: SpecCamelName
  bytes?: SpecCamelName
  length?: MachineLimit
  /**
   * A protobuf message: file.proto#Message.
   */
  proto?: string
  layout?: SpecCamelName
  fields?: MachineFields
  sends?: MachineFields
  /**
   * Decoded and encoded by driver code beside the machine.
   */
  codec?: 'manual'
  /**
   * Never recognised on arrival.
   */
  sendOnly?: boolean
  /**
   * Roles that receive it; where absent, every role but a sole sender.
   */
  to?: SpecCamelName[]
  /**
   * Roles that send it; every role where absent.
   */
  from?: SpecCamelName[]
  what?: SpecSentence
  req?: SpecRequirementIds
}
export interface MachineFields {
  [k: string]: MachineType
}
export interface MachineSignatures {
  [k: string]: MachineFields
}
export interface MachineRows {
  [k: string]: MachineRow
}
export interface MachineRow {
  /**
   * A state, done, or failed(code).
   */
  to: string
  set?: MachineAssignments
  do?: MachineActions
  or?: MachineActions
  late?: MachineSendNames
  early?: MachineSendNames
  /**
   * observe: the origin is silent; recorded, not judged.
   */
  verdict?: 'judge' | 'observe'
  req?: SpecRequirementIds
  note?: SpecSentence
}
export interface MachineAssignments {
  [k: string]: MachineExpression
}
export interface MachineRole {
  what?: SpecSentence
  input?: MachineFields
  /**
   * Variable → its first value: a number, a boolean, text, {} or [].
   */
  vars?: {
    [k: string]: SpecValue
  }
  varTypes?: MachineFields
  /**
   * Event → its classes, tried in order; the last is else.
   */
  classes?: {
    [k: string]: {
      [k: string]: MachineClass
    }
  }
  /**
   * State in which no timer need run → why a silent peer does no harm there.
   */
  untimed?: {
    [k: string]: SpecSentence
  }
  start: MachineRow
  anyState?: MachineRows
  states: {
    [k: string]: MachineRows
  }
}
export interface MachineClass {
  when: MachineExpression
  witness?: MachineExpression
  /**
   * Inputs and variables with which an event falls into this class.
   */
  given?: {
    [k: string]: SpecValue
  }
  fixture?: SpecKebabName
  what?: SpecSentence
}
/**
 * A piece of data that outlives a connection: its fields, encoding, signature, validity and order.
 */
export interface RecordFile {
  format: 'record/1'
  id: SpecKebabName
  code: SpecCode
  version: SpecVersion
  what: SpecSentence
  sources: SpecSources
  encoding: {
    proto?: string
    layout?: SpecCamelName
    /**
     * Text form: multibase, base58btc and the like.
     */
    text?: string
    /**
     * One value has exactly one encoding.
     */
    deterministic?: boolean
    /**
     * Multicodec of the payload type.
     */
    codec?: number
  }
  fields: {
    [k: string]: {
      type: string
      what: SpecSentence
      required?: boolean
      max?: number | SpecCamelName
      values?: {
        [k: string]: number
      }
      req?: SpecRequirementIds
    }
  }
  signature?: {
    /**
     * Field or source of the public key.
     */
    key: string
    field?: SpecCamelName
    /**
     * Domain separation string.
     */
    domain?: string
    /**
     * What is signed, in order: fields, uvarint(len(field)), text in quotes.
     */
    over: string[]
    req?: SpecRequirementIds
  }
  /**
   * Checks in order; the first that fails decides.
   */
  validity?: RecordRule[]
  /**
   * Which of two valid records wins; the first that differs decides.
   */
  order?: {
    by: string
    wins: 'higher' | 'lower' | 'later' | 'earlier'
    req?: SpecRequirementIds
  }[]
  limits?: SpecCamelName[]
  errors?:
    | SpecKebabName[]
    | {
        [k: string]: SpecSentence
      }
}
export interface RecordRule {
  check: SpecSentence
  error: SpecKebabName
  req?: SpecRequirementIds
}
/**
 * Every requirement of one protocol or record: id → row. The keys `format` and `sources` stand beside the rows.
 */
export interface RequirementsFile {
  format?: 'requirements/1'
  sources?: SpecSources
  [k: string]: Requirement | 'requirements/1' | SpecSources | undefined
}
/**
 * This interface was referenced by `RequirementsFile`'s JSON-Schema definition
 * via the `patternProperty` "^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$".
 */
export interface Requirement {
  level: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY'
  /**
   * How the origin says it.
   */
  stated: 'keyword' | 'prose' | 'de-facto' | 'project'
  /**
   * alias#section
   */
  source?: string
  /**
   * First 12 hex digits of the SHA-256 of the origin's sentence, white space folded.
   */
  digest?: string
  /**
   * Roles; `node` for what concerns the node as a whole; all where absent.
   */
  applies?: SpecCamelName[]
  text: SpecSentence
  /**
   * What each implementation does.
   */
  evidence?: {
    go?: SpecValue
    rust?: SpecValue
    js?: SpecValue
  }
  /**
   * Nothing to test: no code could break it.
   */
  by?: 'construction'
  exception?: {
    reason: 'implicit' | 'out-of-scope' | 'untestable' | 'deprecated' | 'contradictory'
    why: SpecSentence
  }
  todo?: SpecSentence
  note?: SpecSentence
}
/**
 * Examples with known answers, and prepared messages.
 */
export interface VectorsFile {
  format: 'vectors/1'
  sources?: SpecSources
  vectors: {
    id: SpecKebabName
    what: SpecSentence
    /**
     * alias#section where the text has it, or computed: how, and what it was checked against.
     */
    origin: string
    input: SpecValue
    expect: SpecValue
    req?: SpecRequirementIds
  }[]
  fixtures?: {
    [k: string]: {
      what?: SpecSentence
      message: SpecCamelName
      fields: {
        [k: string]: SpecValue
      }
      /**
       * Inputs and variables with which it was prepared.
       */
      given?: {
        [k: string]: SpecValue
      }
      /**
       * What the named predicates say of it.
       */
      predicates?: {
        [k: string]: boolean
      }
    }
  }
}
