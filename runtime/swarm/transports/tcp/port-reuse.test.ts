import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { RawConnection, TransportListener } from '@p2pspec/generated/interfaces/transport'
import t from 'tap'
import { PortReuse } from './port-reuse.ts'
import { toTcpAddress } from './tcp-address.ts'
import { tcp } from './tcp.ts'

const anyPort = multiaddr('/ip4/127.0.0.1/tcp/0')
/** Gone with the test, whatever became of it. */
interface Ending {
  teardown(last: () => void | Promise<void>): void
}

t.test('dials from the port that it listens on, over IPv4 and IPv6, and carries bytes', async (t) => {
  for (const address of [anyPort, multiaddr('/ip6/::1/tcp/0')]) {
    const { dialled, accepted, port } = await reused(t, address)
    t.equal(portOf(dialled.localAddress), port)
    t.equal(portOf(accepted.remoteAddress), port, 'the remote sees the listening port')
    t.equal(await echoed(dialled, accepted), 'hello')
  }
})

t.test('dials from any port where nothing is asked for', async (t) => {
  const transport = tcp()
  const own = await listening(t, transport, anyPort)
  const { address, accepted } = await remote(t)
  const dialled = await transport.dial(address)
  t.teardown(() => dialled.channel.reset())
  t.not(portOf(dialled.localAddress), portOf(own))
  await accepted
})

t.test(
  'a second connection with one remote comes from another port, since two cannot be told apart on one',
  async (t) => {
    const { transport, dialled, address, port } = await reused(t, anyPort)
    const second = await transport.dial(address)
    t.teardown(() => second.channel.reset())
    t.equal(portOf(dialled.localAddress), port)
    t.not(portOf(second.localAddress), port)
  },
)

t.test('dials from any port once the listener is closed, towards another family, and towards itself', async (t) => {
  const transport = tcp({ reusePort: true })
  const listener = await transport.listen(anyPort, (connection) => connection.channel.reset())
  const [own] = listener.addresses
  if (own === undefined) throw new Error('the listener has no address')
  const { address } = await remote(t, multiaddr('/ip6/::1/tcp/0'))
  for (const target of [address, own]) {
    const dialled = await transport.dial(target)
    t.not(portOf(dialled.localAddress), portOf(own))
    dialled.channel.reset()
  }
  await listener.close()
  const again = await remote(t)
  const dialled = await transport.dial(again.address)
  t.not(portOf(dialled.localAddress), portOf(own))
  dialled.channel.reset()
})

t.test('a listener on the loopback is no place to dial other machines from, and one on every address is', (t) => {
  const tried: string[] = []
  const binding = {
    reusePortFlag: 2,
    makeHandle: () => ({
      bind: (host: string) => tried.push(host),
      bind6: (host: string) => tried.push(host),
      close: () => undefined,
    }),
  }
  const reuse = new PortReuse(binding)
  const far = toTcpAddress(multiaddr('/ip4/192.0.2.1/tcp/4001'))
  const near = toTcpAddress(multiaddr('/ip4/127.0.0.1/tcp/4001'))
  if (far === undefined || near === undefined) throw new Error('both are TCP addresses')
  const leave = reuse.add('127.0.0.1', 7)
  t.equal(reuse.socketFor(far, {}), undefined)
  t.same(tried, [])
  t.equal(reuse.socketFor(near, {}), undefined, 'a bind that fails leaves the dial to any port')
  t.same(tried, ['127.0.0.1'])
  leave()
  reuse.add('0.0.0.0', 8)
  reuse.socketFor(far, {})
  t.same(tried, ['127.0.0.1', '0.0.0.0'])
  t.end()
})

t.test('without the inner module of Node it binds nothing', (t) => {
  const { binding } = { binding: Reflect.get(process, 'binding') }
  t.teardown(() => Reflect.set(process, 'binding', binding))
  Reflect.set(process, 'binding', () => {
    throw new Error('removed')
  })
  const reuse = new PortReuse()
  reuse.add('127.0.0.1', 7)
  const target = toTcpAddress(multiaddr('/ip4/127.0.0.1/tcp/4001'))
  t.equal(target === undefined ? null : reuse.socketFor(target, {}), undefined)
  t.end()
})

async function reused(t: Ending, address: Multiaddr) {
  const transport = tcp({ reusePort: true })
  const own = await listening(t, transport, address)
  const far = await remote(t, address)
  const dialled = await transport.dial(far.address)
  t.teardown(() => dialled.channel.reset())
  return { transport, dialled, accepted: await far.accepted, address: far.address, port: portOf(own) }
}

async function listening(t: Ending, transport: ReturnType<typeof tcp>, address: Multiaddr): Promise<Multiaddr> {
  const listener = await transport.listen(address, (connection) => connection.channel.reset())
  t.teardown(() => listener.close())
  return firstOf(listener)
}

async function remote(
  t: Ending,
  address: Multiaddr = anyPort,
): Promise<{ readonly address: Multiaddr; readonly accepted: Promise<RawConnection> }> {
  const accepted = Promise.withResolvers<RawConnection>()
  const listener = await tcp().listen(address, accepted.resolve)
  t.teardown(() => listener.close())
  return { address: firstOf(listener), accepted: accepted.promise }
}

function firstOf({ addresses: [address] }: TransportListener): Multiaddr {
  if (address === undefined) throw new Error('the listener has no address')
  return address
}

function portOf(address: Multiaddr): number {
  return toTcpAddress(address)?.port ?? -1
}

async function echoed(from: RawConnection, to: RawConnection): Promise<string> {
  const heard = Promise.withResolvers<string>()
  to.channel.consume({
    push: (chunk) => heard.resolve(Buffer.from(chunk).toString()),
    end: () => undefined,
    fail: (error) => heard.reject(error),
  })
  from.channel.writeNow(Buffer.from('hello'))
  return await heard.promise
}
