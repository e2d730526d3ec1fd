import { UsageFailure } from '../usage-failure.ts'

const units: Readonly<Record<string, bigint>> = {
  '': 1n,
  KB: 1_000n,
  MB: 1_000_000n,
  GB: 1_000_000_000n,
  KiB: 1_024n,
  MiB: 1_048_576n,
  GiB: 1_073_741_824n,
}

export function wholeNumber(flag: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new UsageFailure(`${flag} takes a whole number from 1 on, not ${text}`)
  }
  return value
}

/** `4096`, `64MiB`, `1GB`. */
export function byteCount(flag: string, text: string): bigint {
  const [, digits, unit] = /^(\d{1,12})\s*([KMG]i?B|)$/.exec(text) ?? []
  const factor = unit === undefined ? undefined : units[unit]
  if (digits === undefined || factor === undefined) {
    throw new UsageFailure(`${flag} takes a number of bytes such as 4096, 64MiB or 1GB, not ${text}`)
  }
  return BigInt(digits) * factor
}
