// Generated from spec/protocols/yamux/machine.yaml sha256:80bba88f05e6fb37dec5fa9c8f1e2a7e9b50e019019bfcece1effe561f7dc96c
// Do not edit: change the spec and run `p2pspec generate`.

/** Why yamux fails. */
export type YamuxErrorCode =
    | 'malformed'
    | 'protocol-error'
    | 'wrong-parity'
    | 'stream-in-use'
    | 'syn-too-long'
    | 'frame-too-long'
    | 'window-exceeded'
    | 'window-overflow'
    | 'data-after-end'
    | 'flood'
    | 'reset'
    | 'reset-locally'
    | 'abandoned'
    | 'unresponsive'
    | 'remote-protocol-error'
    | 'remote-internal-error'
    | 'internal-error'
    | 'closed';
/** What happened, and what to do. */
export const yamuxErrors: Readonly<Record<YamuxErrorCode, string>> = {
  'malformed': 'The remote sent a header with another version, an unknown type, or stream frames on the session\'s id; it does not speak yamux.',
  'protocol-error': 'The remote broke a rule of the session; see the message of this error for which.',
  'wrong-parity': 'The remote opened a stream with an id of this side\'s parity.',
  'stream-in-use': 'The remote opened a stream that is open already.',
  'syn-too-long': 'The remote sent more bytes with the opening of a stream than the first window holds.',
  'frame-too-long': 'The remote sent a frame that no window would ever have allowed.',
  'window-exceeded': 'The remote sent more bytes than the stream\'s window allowed.',
  'window-overflow': 'The remote raised a window above 4294967295 bytes.',
  'data-after-end': 'The remote sent bytes after it had ended the stream.',
  'flood': 'The remote opens streams over the limit faster than it takes the refusals.',
  'reset': 'The remote reset the stream.',
  'reset-locally': 'This side reset the stream.',
  'abandoned': 'Nobody reads the stream any more, and the remote did not end it in time.',
  'unresponsive': 'The remote neither answered a ping nor sent anything else in time.',
  'remote-protocol-error': 'The remote ended the session and says that this side broke the protocol.',
  'remote-internal-error': 'The remote ended the session because of a fault of its own.',
  'internal-error': 'This side ended the session because of a fault of its own.',
  'closed': 'The session or its channel ended.',
};
