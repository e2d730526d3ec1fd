import type * as ws from 'ws'
import { TransportError } from '../transport-error.ts'

type WebSocketLibrary = typeof ws

let loading: Promise<WebSocketLibrary> | undefined

/** The library, loaded with the first WebSocket: who uses none does not pay for it, nor needs it installed. */
export async function loadWebSocketLibrary(): Promise<WebSocketLibrary> {
  loading ??= import('ws')
  try {
    return await loading
  } catch (cause) {
    throw new TransportError('unsupported-address', `WebSocket addresses need the package 'ws': npm install ws.`, {
      cause,
    })
  }
}
