import test from 'ava'
import { allNames, onlyLive, type Rotated, shipRotated } from '../../helpers/process/rotated.ts'

const renamed: readonly Rotated[] = [
  {
    law: 'each line arrives once if logrotate compresses at once and its script signals the writer, with the live name followed',
    mode: 'append',
    directives: ['hourly', 'dateext', 'create 0644', 'compress', 'sharedscripts'],
    patterns: onlyLive,
    rotations: 5,
  },
  {
    law: 'each line arrives once if logrotate compresses at once and its script signals the writer, with all names but the compressed followed',
    mode: 'append',
    directives: ['hourly', 'dateext', 'create 0644', 'compress', 'sharedscripts'],
    patterns: allNames,
    exclude: ['*.gz'],
    rotations: 5,
  },
  {
    law: 'each line arrives once if logrotate numbers its files, delays the compression, and lets the writer create its log',
    mode: 'append',
    directives: ['daily', 'nocreate', 'compress', 'delaycompress'],
    patterns: allNames,
    exclude: ['*.gz'],
    rotations: 4,
  },
]

const arrives = test.macro<[Rotated]>({
  async exec(t, row) {
    const { missing, bytes } = await shipRotated(t, row)
    t.deepEqual(missing, [])
    t.is(bytes.lost.truncated, 0)
    t.is(bytes.lost.deleted, 0)
  },
  title: (_, { law }) => law,
})

for (const row of renamed) test(arrives, row)
