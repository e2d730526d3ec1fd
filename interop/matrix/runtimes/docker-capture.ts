import { Wait } from 'testcontainers'
import { startContainer } from './docker-container.ts'
import { captureFile } from './runtime.ts'
import type { RunEngine } from './engine.ts'

export interface CaptureOptions {
  readonly folder: string
  readonly mountedAt: string
}

/** Keeps every packet in the network of a container. `stop` ends it so that the last packets are in the file. */
export async function startCapture(
  run: RunEngine,
  labImage: string,
  container: string,
  { folder, mountedAt }: CaptureOptions,
): Promise<{ readonly id: string; readonly stop: () => Promise<void> }> {
  const started = await startContainer(run, {
    image: labImage,
    command: ['tcpdump', '-i', 'any', '--immediate-mode', '-U', '-Z', 'root', '-w', `${mountedAt}/${captureFile}`],
    network: `container:${container}`,
    capabilities: ['NET_ADMIN', 'NET_RAW'],
    mounts: [{ source: folder, target: mountedAt }],
    wait: Wait.forLogMessage('listening on'),
  })
  const helper = run.engine.getContainer(started.getId())
  return {
    id: started.getId(),
    async stop() {
      await helper.kill({ signal: 'SIGINT' })
      await helper.wait()
    },
  }
}
