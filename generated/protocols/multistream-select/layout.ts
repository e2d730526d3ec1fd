// Generated from spec/common/limits.yaml#multistream-select sha256:06ca7983cf25cb2627a7fc43ddfb30a54dadef3ca1e66aadb484f895848a2574
// Generated from spec/protocols/multistream-select/layout.yaml sha256:c37e6c77ebdd4b710f750837d927b474e44093aa1dce38b38333e7b680ee5ea8
// Do not edit: change the spec and run `p2pspec generate`.
import { ByteCursor } from '../../common/byte-cursor.ts'
import { DecodeError } from '../../common/decode-error.ts'
import type { WireWriter } from '../../common/wire.ts'
import { sharedWriter } from '../../common/wire.ts'

/** The answer to a request for the list, without the newline that the framing puts behind every message. */
export interface Listing {
  readonly protocols: readonly string[]
}

export function encodeListing(value: Listing): Uint8Array {
  sharedWriter.begin()
  writeListingFields(sharedWriter, value)
  return sharedWriter.finish()
}

/** Throws `DecodeError` for bytes that are no listing. Bytes fields are views of the input. */
export function decodeListing(bytes: Uint8Array): Listing {
  const cursor = new ByteCursor(bytes, 0)
  const value = readListingFields(cursor)
  cursor.finish()
  return value
}

function readListingFields(cursor: ByteCursor): Listing {
  const protocols: string[] = []
  while (cursor.remaining > 0) {
    if (protocols.length >= 1000) throw new DecodeError('too-many', 'protocols has more than 1000 entries', cursor.offset, 'bad-protocols')
    const length = cursor.uvarint('length')
    if (length > 1024) throw new DecodeError('bad-value', `length is ${length}: at most 1024`, cursor.offset, 'bad-length')
    if (length < 1) throw new DecodeError('bad-length', 'name is too short for its end', cursor.offset, 'bad-name')
    const name = cursor.text(length - 1, 'name')
    cursor.expect(Uint8Array.of(10), 'name', 'bad-name')
    protocols.push(name)
  }
  return { protocols }
}

/** From the last field to the first, as the writer goes. */
function writeListingFields(writer: WireWriter, value: Listing): void {
  for (let index = value.protocols.length - 1; index >= 0; index--) {
    const item = value.protocols[index]
    if (item === undefined) continue
    const nameEnd = writer.mark()
    writer.raw(Uint8Array.of(10))
    writer.text(item)
    const nameCount = writer.mark() - nameEnd
    writer.uvarint(nameCount)
  }
}
