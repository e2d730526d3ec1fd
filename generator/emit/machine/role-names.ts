import type { Role } from '../../model/machine.ts'
import { pascalCase } from '../../model/names.ts'

/** The names of one role's exports: `InitiatorInput`, `stepInitiator`, `initiatorRole`. */
export interface RoleNames {
  readonly input: string
  readonly state: string
  readonly event: string
  readonly action: string
  readonly transition: string
  readonly start: string
  readonly step: string
  readonly decode: string
  readonly encode: string
  readonly role: string
  /** What the names of its constants begin with. */
  readonly prefix: string
}

export function roleNames({ name }: Role): RoleNames {
  const pascal = pascalCase(name)
  return {
    input: `${pascal}Input`,
    state: `${pascal}State`,
    event: `${pascal}Event`,
    action: `${pascal}Action`,
    transition: `${pascal}Transition`,
    start: `start${pascal}`,
    step: `step${pascal}`,
    decode: `decode${pascal}`,
    encode: `encode${pascal}`,
    role: `${name}Role`,
    prefix: name,
  }
}
