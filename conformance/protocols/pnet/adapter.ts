import type { Finding, Play, ProtocolAdapter } from '../../runner/adapter.ts'
import { NETWORK_NONCE_LENGTH } from '../../tester/network-stream.ts'
import { TesterError } from '../../tester/tester-error.ts'

/** Both sides send a nonce with the connection; what follows is under the key, and belongs to the layers above. */
export const pnetAdapter: ProtocolAdapter = {
  protocol: 'pnet',
  framing: { kind: 'fixed', length: NETWORK_NONCE_LENGTH },
  roles: {
    listener: [{ mode: 'listener', reach: { at: 'network' } }],
    dialer: [{ mode: 'dialer', reach: { at: 'network' } }],
  },

  encode(_message, fields, { connection }) {
    const { nonce } = fields
    return nonce instanceof Uint8Array && nonce.length > 0 ? nonce : connection.keys.networkNonce
  },

  decode: (bytes) => ({ message: 'nonce', fields: { nonce: bytes } }),

  // Any nonce is as good as another; the suite learns the subject's own from what it sends.
  input: (_desk, received) => ({ own: received.at(-1)?.fields['nonce'] ?? new Uint8Array() }),
  fits: () => true,
  mayFollow: () => true,
  confirm: goOnAsMember,
}

/** An honest member of the network behind the nonces: the subject must serve it. */
async function goOnAsMember({ desk, item, reader }: Play): Promise<Finding> {
  const { connection } = desk
  const { networkKey } = connection.socket
  const theirs = reader.received.at(-1)?.fields['nonce']
  const sent = item.steps.find((step) => step.do === 'send')
  if (networkKey === null || !(theirs instanceof Uint8Array) || sent === undefined)
    return { held: false, did: 'sent no nonce' }
  const nonce = new Uint8Array(NETWORK_NONCE_LENGTH).fill(SOME_NONCE_BYTE)
  await connection.socket.enterNetwork({ key: networkKey, nonce, sent: true, theirs })
  try {
    await connection.agreeOnSecurity()
    await connection.becomeSecure()
    return { held: true, did: 'went on under the key' }
  } catch (error) {
    if (!(error instanceof TesterError)) throw error
    return { held: false, did: error.message, late: error.code === 'timeout' }
  }
}

/** The fixture some-nonce is this byte 24 times. */
const SOME_NONCE_BYTE = 171
