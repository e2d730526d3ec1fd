import type { Events } from '../../core/events.ts'
import type { SwarmEvents } from '../../swarm/swarm.ts'
import type { PeerStoreEvents } from '../peer-store.ts'
import type { ServiceEvents } from '../services.ts'
import type { ConnectionObservation } from './connection-observation.ts'
import { faultOf } from './trace-event.ts'

/** Tells what the protocols of a node and its peer store did, out of its events. */
export function traceServices(
  events: Events<SwarmEvents & ServiceEvents & PeerStoreEvents>,
  observation: ConnectionObservation,
): void {
  events.on('peer-store-fault', ({ error }) => {
    observation.tell({ layer: 'store', type: 'fault', fault: faultOf(error) })
  })
  events.on('peer-identified', ({ connection, info }) => {
    const { agentVersion: agent = '', protocols = [] } = info
    const number = observation.numberOf(connection)
    if (number === undefined) return
    const peer = connection.remotePeer.toString()
    observation.tell({
      layer: 'protocol',
      type: 'identified',
      connection: number,
      peer,
      agent,
      protocols: protocols.length,
    })
  })
  events.on('identify-failed', ({ connection, error }) => {
    const number = observation.numberOf(connection)
    if (number === undefined) return
    const peer = connection.remotePeer.toString()
    observation.tell({ layer: 'protocol', type: 'identify-failed', connection: number, peer, fault: faultOf(error) })
  })
  events.on('handler-failed', ({ connection, protocol, error }) => {
    const number = observation.numberOf(connection)
    if (number === undefined) return
    const peer = connection.remotePeer.toString()
    observation.tell({
      layer: 'protocol',
      type: 'handler-failed',
      connection: number,
      peer,
      protocol,
      fault: faultOf(error),
    })
  })
}
