import t from 'tap'
import { bindingsFor } from './docker-container.ts'

const asked = { '6379/tcp': [{ HostPort: '0' }] }

t.test('a port is bound to the loopback where the engine is on this machine', async (t) => {
  t.strictSame(bindingsFor('localhost', asked), { '6379/tcp': [{ HostPort: '0', HostIp: '127.0.0.1' }] })
})

t.test('a port of an engine elsewhere is bound to every address, since it is reached from here', async (t) => {
  for (const host of ['engine.example', '172.17.0.1']) t.strictSame(bindingsFor(host, asked), asked)
})
