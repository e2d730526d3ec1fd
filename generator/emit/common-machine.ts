import { readFileSync } from 'node:fs'
import { sha256Hex } from '../load/spec-file.ts'
import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import { fileHeader } from './header.ts'

const names = ['cases', 'machine', 'machine-values']

/** What every generated machine and every case file shares: the same for every spec, kept as templates. */
export const commonMachineEmitter: Emitter = {
  name: 'common-machine',
  emit({ whole }: EmitContext): readonly EmittedFile[] {
    return whole ? names.map(commonFile) : []
  },
}

function commonFile(name: string): EmittedFile {
  const path = `generator/templates/common/${name}.ts.txt`
  const text = readFileSync(new URL(`../templates/common/${name}.ts.txt`, import.meta.url), 'utf8')
  return { path: `common/${name}.ts`, text: fileHeader('//', [{ path, sha256: sha256Hex(text) }]) + text }
}
