import { writeParameters, withParameters } from '../tester/quic-hello.ts'
import type { TransportParameter } from '../tester/quic-hello.ts'

/** What can be wrong with the transport parameters of whoever dials (RFC 9000, sections 7.3, 7.4 and 18.2). */
export const parameterFaults = [
  'parameters-number-cut',
  'parameters-length-over',
  'parameters-id-cut',
  'parameters-payload-size-low',
  'parameters-delay-exponent-high',
  'parameters-id-limit-low',
  'parameters-reset-token',
  'parameters-original-id',
  'parameters-source-id-absent',
  'parameters-source-id-other',
  'parameters-twice',
] as const
export type ParameterFault = (typeof parameterFaults)[number]

const ORIGINAL_ID = 0x00
const RESET_TOKEN = 0x02
const PAYLOAD_SIZE = 0x03
const MAX_DATA = 0x04
const DELAY_EXPONENT = 0x0a
const ID_LIMIT = 0x0e
const SOURCE_ID = 0x0f
const TOKEN_BYTES = 16

/** The frame of an honest hello with this fault in it. */
export function withFault(frame: Uint8Array, fault: ParameterFault): Uint8Array {
  return withParameters(frame, (honest) => broken(honest, fault))
}

function broken(honest: readonly TransportParameter[], fault: ParameterFault): Uint8Array {
  const without = (id: number): TransportParameter[] => honest.filter((parameter) => parameter.id !== id)
  const instead = (id: number, ...value: number[]): Uint8Array =>
    writeParameters([...without(id), { id, value: Uint8Array.from(value) }])
  const behind = (...bytes: number[]): Uint8Array =>
    Buffer.concat([writeParameters(without(MAX_DATA)), Uint8Array.from(bytes)])
  switch (fault) {
    case 'parameters-number-cut':
      // The first bits say that the number has eight bytes; there is one.
      return instead(MAX_DATA, 0xc0)
    case 'parameters-length-over':
      return behind(MAX_DATA, 8, 0x41)
    case 'parameters-id-cut':
      return behind(0x40)
    case 'parameters-payload-size-low':
      // 1,199 bytes.
      return instead(PAYLOAD_SIZE, 0x44, 0xaf)
    case 'parameters-delay-exponent-high':
      return instead(DELAY_EXPONENT, 21)
    case 'parameters-id-limit-low':
      return instead(ID_LIMIT, 1)
    case 'parameters-reset-token':
      return instead(RESET_TOKEN, ...new Uint8Array(TOKEN_BYTES))
    case 'parameters-original-id':
      return instead(ORIGINAL_ID, ...new Uint8Array(8))
    case 'parameters-source-id-absent':
      return writeParameters(without(SOURCE_ID))
    case 'parameters-source-id-other':
      return writeParameters(honest.map((one) => (one.id === SOURCE_ID ? { ...one, value: opposite(one.value) } : one)))
    case 'parameters-twice':
      return writeParameters([...honest, ...honest.filter(({ id }) => id === MAX_DATA)])
  }
}

function opposite(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff)
}
