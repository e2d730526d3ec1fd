import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ping } from '../../protocols/ping/ping.ts'
import { createNode } from '../create-node.ts'

const program = fileURLToPath(new URL('few-descriptors.ts', import.meta.url))
/** A node of its own needs about 30. */
const descriptors = 64
const visitors = 150

t.setTimeout(120_000)

t.test(
  'a node that runs out of file descriptors tells of each whom it turns away, serves whom it has, still dials, and recovers',
  async (t) => {
    const child = spawn('bash', ['-c', `ulimit -n ${descriptors}; exec "$0" "$1"`, process.execPath, program], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    t.teardown(() => child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async (): Promise<{ readonly [field: string]: unknown }> =>
      JSON.parse(String((await lines.next()).value)) as { readonly [field: string]: unknown } // what the program prints
    const ask = async (line: string): ReturnType<typeof next> => {
      child.stdin.write(`${line}\n`)
      return await next()
    }
    const addresses = (await next())['addresses'] as readonly string[] // see there
    const [byTcp = '', byWebSocket = ''] = addresses

    const friend = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
    const stranger = await createNode({ listen: ['/ip4/127.0.0.1/tcp/0'] })
    t.teardown(async () => await Promise.all([friend.stop(), stranger.stop()]))
    const standing = await friend.dial(byTcp)
    t.match(await ask(stranger.addresses[0] ?? ''), { event: 'dialled' }, 'it dials while there is room')

    // Half of the visitors would be enough to use up what is left.
    const crowd = await Promise.all(
      Array.from({ length: visitors }, async (_, index) => await visit(index % 2 === 0 ? byTcp : byWebSocket)),
    )
    t.equal((await ping(standing, { count: 3 })).roundTrips.length, 3, 'who was there before is served')
    const refused = await ask('refused')
    t.ok(Number(refused['count']) >= visitors / 2 - descriptors, 'it tells of those whom it turned away')
    t.equal(refused['counted'], refused['count'], 'and counts them')
    t.match(refused['message'], /may open no more than 16 further files/)
    t.match(await ask(stranger.addresses[0] ?? ''), { event: 'dialled' }, 'it still dials')
    t.equal((await ping(standing)).roundTrips.length, 1)

    for (const socket of crowd) socket.destroy()
    // Behind each of these stands that the crowd's descriptors are free again.
    for (let event: unknown; event !== 'dialled';) event = (await ask(stranger.addresses[0] ?? ''))['event']
    for (const address of addresses) {
      const late = await createNode()
      t.equal((await ping(await late.dial(address))).roundTrips.length, 1, 'newcomers are served again')
      await late.stop()
    }
    const over = once(child, 'exit')
    child.stdin.end()
    t.same(await over, [0, null])
  },
)

/** Connects and says nothing; what becomes of it is the node's to decide. */
async function visit(address: string): Promise<Socket> {
  const socket = connect(Number(/tcp\/(\d+)/.exec(address)?.[1]), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  return socket
}
