import t from 'tap'
import { caseKeys } from '../tester/case-keys.ts'
import { Transcript } from '../tester/transcript.ts'
import { dialingSubject } from './dialing-subject.ts'
import type { Subject, SubjectConnection } from './subject.ts'

const waitMs = 10_000

/** A program that does `then` whenever it is told to dial; `dial` connects and sends the program's process id. */
function subjectThat(then: string): Subject {
  const program = `
    const { connect } = require('node:net')
    const say = (event) => console.log(JSON.stringify({ event, reason: 'so it is' }))
    const dial = (address, onEnd) => {
      const socket = connect(Number(address.split('/')[4]), '127.0.0.1', () => socket.write(String(process.pid)))
      socket.on('error', () => {}).on('close', onEnd)
      return socket
    }
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const address = line.split(' ')[1]
      ${then}
    })`
  return dialingSubject([process.execPath, '-e', program], 'made up')
}

async function connected(subject: Subject): Promise<SubjectConnection & { readonly greeting: string }> {
  const opened = await subject.connect(caseKeys(1, 'staying'), new Transcript(), waitMs)
  const { inbox } = opened.wire
  await inbox.has(1, waitMs)
  return { ...opened, greeting: new TextDecoder().decode(inbox.takeAll()) }
}

void t.test(
  'a program that stays serves one connection after the other, and as many programs run as are asked for at once',
  async (t) => {
    const subject = subjectThat(`dial(address, () => say('dialled'))`)
    t.teardown(() => subject.close())
    const first = await connected(subject)
    const beside = await connected(subject)
    t.not(beside.greeting, first.greeting)
    t.equal(await first.release(), null)
    const second = await connected(subject)
    t.equal(second.greeting, first.greeting)
    t.equal(await second.release(), null)
    t.equal(await beside.release(), null)
    t.equal(subject.complaint?.(), null)
  },
)

void t.test('a program that dies of its connection is told of, and the next connection has a new one', async (t) => {
  const subject = subjectThat(`dial(address, () => process.exit(3))`)
  t.teardown(() => subject.close())
  const first = await connected(subject)
  t.match(await first.release(), /^ended \(3\)/)
  const second = await connected(subject)
  t.not(second.greeting, first.greeting)
  await second.release()
})

void t.test('a program that dies between two cases is told of at the end', async (t) => {
  const subject = subjectThat(`dial(address, () => { say('dialled'); process.exitCode = 4; process.stdin.destroy() })`)
  t.teardown(() => subject.close())
  const first = await connected(subject)
  await first.release()
  for (let told = subject.complaint?.() ?? null; told === null; told = subject.complaint?.() ?? null) {
    // Whoever asks while it is dying may still get it.
    await connected(subject).then(
      (next) => next.release(),
      () => null,
    )
  }
  t.match(subject.complaint?.(), /^ended \(4\)/)
})

void t.test('a program that says that it failed before it dialled is believed at once, with its reason', async (t) => {
  const subject = subjectThat(`say('failed')`)
  t.teardown(() => subject.close())
  await t.rejects(connected(subject), { code: 'refused', message: /is done with its dial: .*so it is/ })
})
