// Experiments on js-libp2p alone: node findings.js <name>. Each prints one JSON object with what was seen.
import { setTimeout as wait } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { defaultLogger } from '@libp2p/logger'
import { handle } from '@libp2p/multistream-select'
import { noise } from '@libp2p/noise'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { createNode } from './node.js'

const chunkBytes = 64 * 1024
const slowReaderBytes = 32 * 1024 * 1024
const patienceMs = 2_000
const hello = [...Buffer.from('hello')]
const syn = 1
const fin = 4

const experiments = {
  /** Two ends that list the same muxers in opposite order: does each choose the same one? */
  async 'noise-muxer-choice'() {
    const endOf = async (muxers) =>
      noise()({
        privateKey: await generateKeyPair('Ed25519'),
        logger: defaultLogger(),
        upgrader: { getStreamMuxers: () => new Map(muxers.map((protocol) => [protocol, { protocol }])) },
      })
    const initiator = await endOf(['/a', '/b'])
    const responder = await endOf(['/b', '/a'])
    const [near, far] = multiaddrConnectionPair()
    const [opened, accepted] = await Promise.all([initiator.secureOutbound(near), responder.secureInbound(far)])
    return { initiatorChose: opened.streamMuxer?.protocol, responderChose: accepted.streamMuxer?.protocol }
  },

  /** A stream's opening, header, proposal, five bytes and its end arrive in one piece: do the bytes reach the application? */
  async 'end-during-negotiation'() {
    const bytes = [...text('/multistream/1.0.0'), ...text('/echo/1'), ...hello]
    return {
      endOnTheBytes: await oneStream(frame({ flags: syn | fin, bytes })),
      endOnAFrameOfItsOwn: await oneStream([...frame({ flags: syn, bytes }), ...frame({ flags: fin })]),
    }
  },

  /** A handler that never reads; one that reads slowly by `for await`; one that pauses its stream. */
  async 'slow-reader'() {
    const seen = {}
    for (const [name, handler] of Object.entries({
      neverReads: () => {},
      readsSlowly: async (stream) => {
        for await (const _ of stream) await wait(3_600_000, undefined, { ref: false })
      },
      pauses: (stream) => stream.pause(),
    })) {
      seen[name] = await sendTo(handler)
    }
    return seen
  },
}

/** Plays a piece of raw yamux to js-libp2p's muxer, which negotiates and reads the one stream that they open. */
async function oneStream(piece) {
  const [near, far] = multiaddrConnectionPair()
  const muxer = yamux()({ logger: defaultLogger() }).createStreamMuxer(far)
  const seen = { sentBytes: hello.length, receivedBytes: 0, errors: [] }
  muxer.addEventListener('stream', ({ detail: stream }) => {
    stream.addEventListener('close', (event) => {
      if (event.error !== undefined) seen.errors.push(`${event.error.name}: ${event.error.message}`)
    })
    handle(stream, ['/echo/1']).then(
      () =>
        stream.addEventListener('message', (event) => {
          seen.receivedBytes += event.data.byteLength
        }),
      (error) => seen.errors.push(`${error.name}: ${error.message}`),
    )
  })
  near.send(Uint8Array.from(piece))
  await wait(100)
  return seen
}

function text(line) {
  return [line.length + 1, ...Buffer.from(`${line}\n`)]
}

function frame({ flags, bytes = [] }) {
  return [0, 0, 0, flags, 0, 0, 0, 1, 0, 0, 0, bytes.length, ...bytes]
}

async function sendTo(handler) {
  const server = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
  let closedBy
  await server.handle('/slow/1', (stream) => {
    stream.addEventListener('close', (event) => {
      closedBy ??= event.error?.message ?? 'no error'
    })
    return handler(stream)
  })
  const client = await createNode({})
  const connection = await client.dial(server.getMultiaddrs()[0])
  const stream = await connection.newStream('/slow/1')
  let sent = 0
  try {
    for (; sent < slowReaderBytes && stream.status === 'open'; sent += chunkBytes) {
      if (!stream.send(new Uint8Array(chunkBytes))) await stream.onDrain({ signal: AbortSignal.timeout(patienceMs) })
    }
    await wait(patienceMs)
  } catch {
    // Held back: what is in `sent` is what the other side was willing to take.
  }
  const result = { acceptedBytes: sent - stream.writeBufferLength, receiverResetBecause: closedBy ?? null }
  await Promise.all([client.stop(), server.stop()])
  return result
}

const experiment = experiments[process.argv[2]]
if (experiment === undefined) {
  console.error(`usage: findings.js ${Object.keys(experiments).join(' | ')}`)
  process.exit(2)
}
console.log(JSON.stringify(await experiment()))
process.exit(0)
