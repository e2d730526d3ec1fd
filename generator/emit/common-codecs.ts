import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { EmitContext, EmittedFile, Emitter } from './emitter.ts'
import { fileHeader } from './header.ts'

const names = ['byte-cursor', 'decode-error', 'varint', 'wire']

/** The support code of all codecs: the same for every spec, kept as templates. */
export const commonCodecsEmitter: Emitter = {
  name: 'common-codecs',
  emit({ whole }: EmitContext): readonly EmittedFile[] {
    return whole ? names.map(commonFile) : []
  },
}

function commonFile(name: string): EmittedFile {
  const template = `generator/templates/common/${name}.ts.txt`
  const text = readFileSync(new URL(`../templates/common/${name}.ts.txt`, import.meta.url), 'utf8')
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { path: `common/${name}.ts`, text: fileHeader('//', [{ path: template, sha256 }]) + text }
}
