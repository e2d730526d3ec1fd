/** The lower three bits of a header: what a message is, and whether its sender opened the stream. */
export const Flag = {
  newStream: 0,
  messageReceiver: 1,
  messageInitiator: 2,
  closeReceiver: 3,
  closeInitiator: 4,
  resetReceiver: 5,
  resetInitiator: 6,
} as const
export type Flag = (typeof Flag)[keyof typeof Flag]

export const greatestFlag = Flag.resetInitiator
