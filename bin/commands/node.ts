import type { Command } from 'commander'
import type { ClientFlags } from '../node/client.ts'
import type { ListenFlags } from '../node/daemon.ts'
import type { NewKeyFlags } from '../node/key-commands.ts'
import type { Output, OutputFlags } from '../node/output.ts'

/** `p2pspec node listen | dial | ping | identify | perf | why | key`. */
export function addNodeCommand(program: Command): void {
  const node = program.command('node').description('run a node, and talk to nodes')
  addListen(node)
  addClients(node)
  addKeys(node)
}

function addListen(node: Command): void {
  node
    .command('listen')
    .description('run a node until SIGINT or SIGTERM; a line for each event')
    .option('--listen <address...>', 'where to listen, such as /ip4/127.0.0.1/tcp/0; the preset says where otherwise')
    .option('--preset <name>', 'server, client, relay, bootstrapper or test', 'test')
    .option('--key <file>', 'the identity: a key file; a new identity without it')
    .option('--psk <file>', 'the key of the private network to be in')
    .option('--trace <file>', 'append what happens in every layer, one JSON object a line')
    .option('--metrics <port>', 'serve numbers for Prometheus at this port of this machine, or host:port')
    .option('--data <folder>', 'where to keep what is learned of peers; a folder of yours without it')
    .option('--no-data', 'keep nothing')
    .option('--perf', 'serve performance measurements to anybody')
    .option('--until-stdin-ends', 'stop also when standard input ends')
    .option('--json', 'one JSON object a line')
    .action(async (flags: ListenFlags & OutputFlags) => {
      await run(flags, async (output) => {
        const { listen } = await import('../node/daemon.ts')
        const { presetOf } = await import('../node/node-options.ts')
        await listen({ ...flags, preset: presetOf(flags.preset) }, output)
      })
    })
}

function addClients(node: Command): void {
  const client = (name: string, description: string): Command =>
    node
      .command(name)
      .argument(
        '<peer>',
        'its address as it prints it, /ip4/…/tcp/…/p2p/…, or the id of a peer that `node listen` has met',
      )
      .description(description)
      .option('--key <file>', 'the identity to dial with; a new one without it')
      .option('--psk <file>', 'the key of the private network to be in')
      .option('--trace <file>', 'append what happens in every layer, one JSON object a line')
      .option('--data <folder>', 'where a node keeps what it has learned of peers, for a peer id alone')
      .option('--timeout <seconds>', 'for the whole command', '30')
      .option('--json', 'one JSON object a line')
  client('dial', 'connect, tell how, and leave').action(async (address: string, flags: ClientFlags & OutputFlags) => {
    await run(flags, async (output) => (await import('../node/client.ts')).dial(address, flags, output))
  })
  client('ping', 'measure round trips')
    .option('--count <number>', 'pings, one after another', '3')
    .action(async (address: string, flags: ClientFlags & OutputFlags & { readonly count: string }) => {
      await run(flags, async (output) => (await import('../node/client.ts')).pingPeer(address, flags, output))
    })
  client('identify', 'ask a peer who it is and what it serves').action(
    async (address: string, flags: ClientFlags & OutputFlags) => {
      await run(flags, async (output) => (await import('../node/client.ts')).identifyPeer(address, flags, output))
    },
  )
  client('why', 'dial, and tell each step of each attempt: what works, and what stops it').action(
    async (address: string, flags: ClientFlags & OutputFlags) => {
      await run(flags, async (output) => (await import('../node/why.ts')).why(address, flags, output))
    },
  )
  client('perf', 'measure the throughput to a peer that serves /perf/1.0.0')
    .option('--upload <bytes>', 'bytes to send, such as 64MiB', '64MiB')
    .option('--download <bytes>', 'bytes to be sent', '64MiB')
    .action(
      async (
        address: string,
        flags: ClientFlags & OutputFlags & { readonly upload: string; readonly download: string },
      ) => {
        await run(flags, async (output) => (await import('../node/client.ts')).measure(address, flags, output))
      },
    )
}

function addKeys(node: Command): void {
  const key = node.command('key').description('key files: make, show and convert them')
  key
    .command('new')
    .argument('<file>', 'must not exist')
    .description('make a private key; the file is readable by its owner alone')
    .option('--type <type>', 'ed25519, secp256k1, ecdsa or rsa', 'ed25519')
    .option('--rsa-bits <bits>', 'size of an RSA key', '2048')
    .option('--format <format>', 'protobuf, hex, base64 or base58', 'protobuf')
    .option('--json', 'one JSON object a line')
    .action(async (file: string, flags: NewKeyFlags & OutputFlags) => {
      await run(flags, async (output) => (await import('../node/key-commands.ts')).newKey(file, flags, output))
    })
  key
    .command('show')
    .argument('<file>')
    .description('the peer id and the public key of a key file')
    .option('--json', 'one JSON object a line')
    .action(async (file: string, flags: OutputFlags) => {
      await run(flags, async (output) => (await import('../node/key-commands.ts')).showKey(file, output))
    })
  key
    .command('convert')
    .argument('<from>')
    .argument('<to>', 'must not exist')
    .description('write the key of one file into another, in another format')
    .requiredOption('--format <format>', 'protobuf, hex, base64 or base58')
    .option('--json', 'one JSON object a line')
    .action(async (from: string, to: string, flags: OutputFlags & { readonly format: string }) => {
      await run(flags, async (output) =>
        (await import('../node/key-commands.ts')).convertKey(from, to, flags.format, output),
      )
    })
  addNetworkKeys(key)
}

function addNetworkKeys(key: Command): void {
  const psk = key.command('psk').description('keys of private networks (swarm.key): make and show them')
  psk
    .command('new')
    .argument('<file>', 'must not exist')
    .description('make the key of a new private network; the file is readable by its owner alone')
    .option('--format <format>', 'base16, base64 or bin', 'base16')
    .option('--json', 'one JSON object a line')
    .action(async (file: string, flags: OutputFlags & { readonly format: string }) => {
      await run(flags, async (output) =>
        (await import('../node/network-key-file.ts')).newNetworkKey(file, flags.format, output),
      )
    })
  psk
    .command('show')
    .argument('<file>')
    .description('the fingerprint of a key, which nodes of one network share')
    .option('--json', 'one JSON object a line')
    .action(async (file: string, flags: OutputFlags) => {
      await run(flags, async (output) => (await import('../node/network-key-file.ts')).showNetworkKey(file, output))
    })
}

async function run(flags: OutputFlags, action: (output: Output) => Promise<void>): Promise<void> {
  const { Output } = await import('../node/output.ts')
  const output = new Output(flags)
  try {
    await action(output)
  } catch (error) {
    const { tellFailure } = await import('../node/failure.ts')
    process.exitCode = tellFailure(error, output, flags.json === true)
  }
}
