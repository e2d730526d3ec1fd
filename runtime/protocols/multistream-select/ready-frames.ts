import {
  encodeMessage,
  initiatorRole,
  type InitiatorAction,
  type ResponderAction,
} from '@p2pspec/generated/protocols/multistream-select/machine'
import { frame } from '../../core/driver-frame-writer.ts'

/** More protocols than any node has; above it frames are made anew. */
const mostFrames = 1024

const headerFrame = frame(initiatorRole.framing, encodeMessage({ type: 'send.header' }))
const proposalFrames = new Map<string, Uint8Array>()

/**
 * The frames of every stream's opening, made once. Each is what the machine's own encoder gives for that action; only ids that
 * this node offers or supports ever come here, so the remote cannot fill the table.
 */
export function readyFrame(action: InitiatorAction | ResponderAction): Uint8Array | undefined {
  if (action.type === 'send.header') return headerFrame
  if (action.type !== 'send.protocol') return undefined
  let bytes = proposalFrames.get(action.name)
  if (bytes === undefined) {
    bytes = frame(initiatorRole.framing, encodeMessage(action))
    if (proposalFrames.size < mostFrames) proposalFrames.set(action.name, bytes)
  }
  return bytes
}
