import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { PeerFile } from './peer-file.ts'
import type { FromPeerFile, PeerFileOrder, ToPeerFile } from './peer-file-messages.ts'
import { PeerStoreError } from './peer-store-error.ts'

/** Rows of one message: taking them must not hold up the event loop of the node for long. */
const rowsPerMessage = 500

const port = parentPort
if (isMainThread || port === null) throw new Error('this module runs in a worker of a peer store')
// Node 22 calls its database experimental, on the node's standard error.
process.removeAllListeners('warning')
// The store alone starts this module, with an order.
serve(port, workerData as PeerFileOrder)

/** All that waits for the disk happens here. */
function serve(to: NonNullable<typeof parentPort>, { path, maxBytes }: PeerFileOrder): void {
  const tell = (message: FromPeerFile): void => to.postMessage(message)
  let file: PeerFile
  try {
    file = new PeerFile(path, maxBytes === undefined ? {} : { maxBytes })
    const { rows, damagedIds } = file.load()
    for (let first = 0; first < rows.length; first += rowsPerMessage)
      tell({ type: 'loaded', rows: rows.slice(first, first + rowsPerMessage) })
    tell({ type: 'opened', damagedIds, damage: file.damage?.message })
  } catch (error) {
    tell({ type: 'open-failed', ...faultOf(error) })
    to.close()
    return
  }
  to.on('message', (message: ToPeerFile) => {
    if (message.type === 'close') {
      file.close()
      tell({ type: 'closed' })
      to.close()
      return
    }
    try {
      file.write(message.rows, message.keep === undefined ? undefined : new Set(message.keep))
      tell({ type: 'written' })
    } catch (error) {
      tell({ type: 'write-failed', ...faultOf(error) })
    }
  })
}

function faultOf(error: unknown): Pick<PeerStoreError, 'code' | 'message'> {
  if (error instanceof PeerStoreError) return { code: error.code, message: error.message }
  return { code: 'write-failed', message: error instanceof Error ? error.message : String(error) }
}
