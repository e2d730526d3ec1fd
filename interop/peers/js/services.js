import { autoNAT } from '@libp2p/autonat'
import { autoNATv2 } from '@libp2p/autonat-v2'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { dcutr } from '@libp2p/dcutr'
import { gossipsub } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { chosenSetup } from './setup.js'

const kadProtocol = '/ipfs/kad/1.0.0'

/** Identify and ping always, the rest where the setup has it. */
export function chosenServices() {
  const has = (service) => chosenSetup().services.includes(service)
  return {
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    // A node on private addresses would stay a client by itself, and leave them out of its routing table.
    ...(has('kad') && { kad: kadDHT({ protocol: kadProtocol, clientMode: false, peerInfoMapper: passthroughMapper }) }),
    ...(has('gossipsub') && { gossipsub: gossipsub() }),
    ...(has('relay') && { relay: circuitRelayServer() }),
    ...(has('relay-client') && { dcutr: dcutr() }),
    ...(has('autonat') && { autonat: autoNAT() }),
    ...((has('autonat') || has('autonat-client')) && { autonatV2: autoNATv2() }),
  }
}

export function chosenRelayTransports() {
  return chosenSetup().services.includes('relay-client') ? [circuitRelayTransport()] : []
}
