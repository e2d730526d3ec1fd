import { echoProtocol, greetProtocol, readAll, resetProtocol, stallProtocol, transfer } from './protocols.js'

const payload = new Uint8Array(32).fill(7)
const chunk = new Uint8Array(64 * 1024)
const echoesWhileHeldBack = 200
const unboundedBytes = 64 * 1024 * 1024

/** Runs every step of the streams scenario, also after one that failed or that was not done within its limit. */
export async function streamSteps(connection, { count, atOnce, largeBytes }, muxer, limitMs) {
  const results = {}
  let failed = false
  const step = async (name, run) => {
    try {
      await within(limitMs, run())
      results[name] ??= 'ok'
    } catch (error) {
      failed = true
      results[name] = error instanceof Error ? error.message : String(error)
    }
  }
  await step('half_close', () => echoOnce(connection))
  await step('half_close_remote', () => halfCloseOfRemote(connection))
  await step('reset_by_listener', () => resetByListener(connection))
  await step('reset_by_dialer', async () => {
    const echo = await openEcho(connection)
    await echo.round()
    echo.stream.abort(new Error('the scenario asks for a reset'))
    await echoOnce(connection)
  })
  await step('back_pressure', async () => {
    const { outcome, acceptedBytes } = await backPressure(connection)
    results.back_pressure_accepted_bytes = acceptedBytes
    // A stream of mplex that is not read is reset: there is nothing to hold it back by.
    if (outcome !== 'held-back' && !(outcome === 'reset' && muxer === 'mplex')) throw new Error(outcome)
    if (outcome === 'reset') results.back_pressure = outcome
  })
  await step('many', async () => {
    for (let done = 0; done < count; done += atOnce) {
      const size = Math.min(atOnce, count - done)
      const echoes = await Promise.all(
        Array.from({ length: size }, async () => {
          const echo = await openEcho(connection)
          echo.stream.send(payload)
          return echo
        }),
      )
      await Promise.all(echoes.map((echo) => echo.finish()))
    }
  })
  await step('large', async () => {
    results.large_up_seconds = await secondsOf(transfer(connection, largeBytes, 0))
    results.large_down_seconds = await secondsOf(transfer(connection, 0, largeBytes))
  })
  return { results, failed }
}

async function within(limitMs, work) {
  let timer
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${limitMs / 1000} s`)), limitMs)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** An echo stream whose answers are counted. */
async function openEcho(connection) {
  const stream = await connection.newStream(echoProtocol, { maxOutboundStreams: 1_000_000 })
  let received = 0
  let arrived = () => {}
  let broke = () => {}
  const ended = readAll(stream, (data) => {
    received += data.byteLength
    if (received % payload.byteLength === 0) arrived()
  })
  ended.catch((error) => broke(error))
  return {
    stream,
    round: () =>
      new Promise((resolve, reject) => {
        arrived = resolve
        broke = reject
        stream.send(payload)
      }),
    finish: async () => {
      await stream.close()
      await ended
      if (received !== payload.byteLength) throw new Error(`the echo was ${received} of ${payload.byteLength} bytes`)
    },
  }
}

async function echoOnce(connection) {
  const echo = await openEcho(connection)
  echo.stream.send(payload)
  await echo.finish()
}

async function halfCloseOfRemote(connection) {
  const stream = await connection.newStream(greetProtocol)
  let received = ''
  await readAll(stream, (data) => (received += Buffer.from(data.subarray()).toString()))
  if (received !== 'hello') throw new Error(`the greeting was '${received}'`)
  if (!stream.send(chunk)) await stream.onDrain()
  await stream.close()
}

async function resetByListener(connection) {
  const stream = await connection.newStream(resetProtocol)
  let bytes = false
  const ended = readAll(stream, () => (bytes = true))
  stream.send(payload.subarray(0, 1))
  await ended.catch(() => {})
  // js-libp2p tells readers of an end either way; the status, a turn later, says which it was.
  await new Promise((resolve) => setImmediate(resolve))
  if (bytes) throw new Error('bytes in place of the reset')
  if (stream.status !== 'reset') throw new Error(`a clean end in place of the reset: the stream is ${stream.status}`)
}

/** Writes to a stream that nobody reads until no more is taken while echoes go through on another one. */
async function backPressure(connection) {
  const stalled = await connection.newStream(stallProtocol)
  const other = await openEcho(connection)
  let acceptedBytes = 0
  let outcome = 'unbounded'
  while (acceptedBytes < unboundedBytes) {
    const written = await writeWhileEchoing(stalled, other)
    if (written === 'taken') acceptedBytes += chunk.byteLength
    else {
      outcome = written
      break
    }
  }
  stalled.abort(new Error('the scenario is over'))
  await other.stream.close()
  return { outcome, acceptedBytes }
}

async function writeWhileEchoing(stalled, other) {
  let written
  const write = async () => {
    if (stalled.status !== 'open') throw new Error(`the stream is ${stalled.status}`)
    if (!stalled.send(chunk)) await stalled.onDrain()
  }
  write().then(
    () => (written = 'taken'),
    () => (written = 'reset'),
  )
  await Promise.resolve()
  for (let echoes = 0; echoes < echoesWhileHeldBack; echoes++) {
    if (written !== undefined) return written
    await other.round()
  }
  return written ?? 'held-back'
}

async function secondsOf(work) {
  const begin = performance.now()
  await work
  return (performance.now() - begin) / 1000
}
