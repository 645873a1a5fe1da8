import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createJournaledSink } from '../../../src/agent/journaled-sink.ts'
import { follow } from '../../helpers/files/followed.ts'
import { MemoryRegistry } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const rows = [
  { law: 'a new batch is journaled before it is sent', change: {}, steps: ['journaled', 'sent'] },
  { law: 'a batch of an earlier run is in the journal', change: { doubtfulSinceMs: 1 }, steps: ['sent'] },
  {
    law: 'a part of a batch of an earlier run replaces the journal record of that batch before it is sent',
    change: { doubtfulSinceMs: 1, isPartOfRecord: true },
    steps: ['journaled', 'sent'],
  },
] as const

for (const { law, change, steps } of rows) {
  test(law, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'a.log'), 'one\n')
    const [batch] = await follow(t, dir).look()
    const done: string[] = []
    const registry = new MemoryRegistry()
    registry.journal = async () => void done.push('journaled')
    const sink = createJournaledSink(registry, { deliver: async () => void done.push('sent') })
    await sink.deliver({ ...batch!, ...change }, new AbortController().signal)
    t.deepEqual(done, [...steps])
  })
}
