import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import t from 'tap'
import { ownerIsGone, startedAt, thisOwner } from './owner.ts'

t.test('a run that lives is not over', async (t) => {
  t.equal(ownerIsGone(thisOwner()), false)
  t.equal(ownerIsGone(`${thisOwner()}/1a2b3c4d`), false)
})

t.test('a process that ended is over, and so is one whose number another process has now', async (t) => {
  const { pid } = spawnSync('true')
  const [host, boot, , began] = thisOwner().split('/')
  t.equal(startedAt(pid), undefined)
  t.equal(ownerIsGone([host, boot, pid, '123'].join('/')), true)
  t.equal(ownerIsGone([host, boot, process.pid, '1'].join('/')), true)
  t.equal(ownerIsGone([host, 'another-boot', process.pid, began].join('/')), true)
})

t.test('a run of another machine, or a label that tells nothing, is left alone', async (t) => {
  const [, boot] = thisOwner().split('/')
  for (const owner of [`not-${hostname()}/${boot ?? ''}/1/1`, '', 'x', hostname(), `${hostname()}/b/x/1`])
    t.equal(ownerIsGone(owner), false, owner)
})
