/** Addresses are short; what a program puts into Redis beyond this, the least that Redis can be told, is refused there. */
export const limitOfRedis: readonly string[] = ['--proto-max-bulk-len', '1mb']
