import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { limits } from '@p2pspec/generated/common/limits'
import t from 'tap'
import { OwnAddresses, type AnnounceOptions } from './own-addresses.ts'

const interfaces = ['/ip4/127.0.0.1/tcp/4001', '/ip4/192.168.1.5/tcp/4001', '/ip6/2001:db8::5/tcp/4001']

function told(options: AnnounceOptions, listening = interfaces, observed: readonly string[] = []): readonly string[] {
  const own = new OwnAddresses(
    {
      listening: () => listening.map((address) => multiaddr(address)),
      observed: () => observed.map((address) => multiaddr(address)),
      onChanged: () => undefined,
    },
    options,
  )
  own.refresh()
  return own.all.map(String)
}

void t.test('what is observed comes first, this machine alone last, and nothing twice', (t) => {
  t.same(told({}, interfaces, ['/ip4/203.0.113.9/tcp/4001', '/ip4/192.168.1.5/tcp/4001']), [
    '/ip4/203.0.113.9/tcp/4001',
    '/ip4/192.168.1.5/tcp/4001',
    '/ip6/2001:db8::5/tcp/4001',
    '/ip4/127.0.0.1/tcp/4001',
  ])
  t.end()
})

void t.test('announce takes the place of all, appendAnnounce adds, and noAnnounce takes out of both', (t) => {
  const id = '12D3KooWBtiLEMCzwWmJK1w5E8SJaRX9Jv5BTx9sJzjyESJ4K8an'
  t.same(told({ announce: [`/dns4/node.example.com/tcp/443/wss/p2p/${id}`] }), ['/dns4/node.example.com/tcp/443/wss'])
  t.same(told({ announce: [], appendAnnounce: ['/ip4/203.0.113.9/tcp/1'] }), ['/ip4/203.0.113.9/tcp/1'])
  t.equal(told({ appendAnnounce: ['/ip4/203.0.113.9/tcp/1'] }).length, 4)
  t.same(
    told({ noAnnounce: ['/ip4/127.0.0.0/ipcidr/8', '/ip4/192.168.0.0/ipcidr/16', '/ip6/2001:db8::/ipcidr/32'] }),
    [],
  )
  t.same(told({ noAnnounce: ['/ip4/192.168.1.5/tcp/4001', '/ip6/2001:db8::5/tcp/4001'] }), ['/ip4/127.0.0.1/tcp/4001'])
  t.same(told({ announce: ['/ip4/10.1.2.3/tcp/1'], noAnnounce: ['/ip4/10.0.0.0/ipcidr/8'] }), [])
  t.throws(() => told({ announce: ['nonsense'] }))
  t.throws(() => told({ noAnnounce: ['/ip4/10.0.0.0/ipcidr/64'] }))
  t.end()
})

void t.test('an unspecified address is never told, and no more than fit into a record', (t) => {
  t.same(told({}, ['/ip4/0.0.0.0/tcp/4001', '/ip6/::/tcp/4001']), [])
  t.same(told({ appendAnnounce: ['/ip4/0.0.0.0/tcp/4001'] }, []), [])
  const many = Array.from({ length: 100 }, (_, at) => `/ip4/203.0.113.${at}/tcp/1`)
  t.equal(told({ appendAnnounce: many }).length, limits.peerRecord.maxAddresses)
  t.end()
})

void t.test('a change is told once, and what stays the same is not', (t) => {
  let listening: readonly Multiaddr[] = []
  const changes: string[] = []
  const own = new OwnAddresses(
    {
      listening: () => listening,
      observed: () => [],
      onChanged: (addresses) => changes.push(addresses.join(' ')),
    },
    {},
  )
  own.refresh()
  listening = [multiaddr('/ip4/192.168.1.5/tcp/1')]
  own.refresh()
  own.refresh()
  listening = []
  own.refresh()
  t.same(changes, ['/ip4/192.168.1.5/tcp/1', ''])
  t.end()
})
