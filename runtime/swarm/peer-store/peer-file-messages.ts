import type { PeerRow } from './peer-file.ts'
import type { PeerStoreErrorCode } from './peer-store-error.ts'

/** What a worker that serves a file is started with. */
export interface PeerFileOrder {
  readonly path: string
  readonly maxBytes?: number | undefined
}

/** One write at a time: the next comes after the answer. */
export type ToPeerFile =
  | { readonly type: 'write'; readonly rows: readonly PeerRow[]; readonly keep?: readonly string[] | undefined }
  | { readonly type: 'close' }

export type FromPeerFile =
  | { readonly type: 'loaded'; readonly rows: readonly { readonly id: string; readonly entry: Uint8Array }[] }
  | { readonly type: 'opened'; readonly damagedIds: readonly string[]; readonly damage: string | undefined }
  | { readonly type: 'open-failed' | 'write-failed'; readonly code: PeerStoreErrorCode; readonly message: string }
  | { readonly type: 'written' | 'closed' }
