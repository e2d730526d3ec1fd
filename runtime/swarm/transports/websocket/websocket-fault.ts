/** Whether the library blames the remote's bytes, not the network. */
export function isProtocolFault(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && /^(WS_ERR_|HPE_)/.test(error.code)
}
