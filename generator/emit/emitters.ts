import { casesEmitter } from './cases.ts'
import { commonCodecsEmitter } from './common-codecs.ts'
import { commonMachineEmitter } from './common-machine.ts'
import type { Emitter } from './emitter.ts'
import { interfacesEmitter } from './interfaces.ts'
import { layoutEmitter } from './layout.ts'
import { limitsEmitter } from './limits.ts'
import { machineEmitter } from './machine.ts'
import { pagesEmitter } from './pages.ts'
import { protobufEmitter } from './protobuf.ts'

/** Every emitter, in the order in which they run; together they write all of generated/. */
export const emitters: readonly Emitter[] = [
  commonMachineEmitter,
  commonCodecsEmitter,
  machineEmitter,
  layoutEmitter,
  limitsEmitter,
  protobufEmitter,
  interfacesEmitter,
  casesEmitter,
  pagesEmitter,
]
