import test from 'ava'
import { formatState, formatStateJson } from '../../../../src/cli/state/state-text.ts'
import type { ShownFile, ShownState } from '../../../../src/cli/state/inspect-state.ts'
import { makeFile, makeFinished } from '../../../helpers/files/registry-records.ts'

function show(change: Partial<ShownFile> = {}, record: Partial<ShownFile['record']> = {}): ShownFile {
  const identity = { ...makeFile(1).identity, inode: '77' }
  const known = { ...makeFile(1), key: 1, path: '/var/log/a.log', identity, offset: 100, ...record }
  return { record: known, presence: 'present', size: 140, isOpen: true, journaledRanges: 0, ...change }
}

const nothing: ShownState = { stateDir: '/state', owner: undefined, files: [], finished: [], damagedFinished: 0 }

test('a state without files and without an agent is shown as such', t => {
  t.is(formatState(nothing), '/state: no agent is running\n\nno files are known\n')
})

const row = test.macro({
  exec(t, file: ShownFile, expected: string) {
    const line = formatState({ ...nothing, files: [file] }).split('\n')[3] ?? ''
    t.is(line.replaceAll(/ {2,}/g, ' | '), expected)
  },
  title: (law = '') => law,
})

test(
  'an open file is shown with its unread bytes, its format and its evidence',
  row,
  show({ journaledRanges: 3 }, { evidence: 'same inode', format: 'cri/nginx' }),
  '/var/log/a.log | 100 | 140 | 40 | yes | 3 | cri/nginx | 2049:77 | same inode',
)
test(
  'a file that is open under another name is shown with its present size',
  row,
  show({ presence: 'renamed' }),
  '/var/log/a.log | 100 | 140, not at its path | 40 | yes | 0 | - | 2049:77',
)
test(
  'of a file that is gone, the bytes are shown that were left at its last sight',
  row,
  show({ presence: 'gone', size: undefined, isOpen: false }, { seenSize: 130 }),
  '/var/log/a.log | 100 | gone | 30 | no | 0 | - | 2049:77',
)
test(
  'a value that cannot be known is shown as unknown',
  row,
  show({ presence: 'unknown', size: undefined, isOpen: undefined }),
  '/var/log/a.log | 100 | unknown | unknown | unknown | 0 | - | 2049:77',
)
test(
  'a file that is shorter than its offset has no negative number of unread bytes',
  row,
  show({ size: 3 }),
  '/var/log/a.log | 100 | 3 | 0 | yes | 0 | - | 2049:77',
)
test(
  'a path cannot control the terminal or break its line',
  row,
  show({}, { path: '/a\u001B[31m\nb' }),
  '/a\\nb | 100 | 140 | 40 | yes | 0 | - | 2049:77',
)

test('finished files follow in a second table', t => {
  const finished = [{ ...makeFinished(2), path: '/var/log/b.log' }]
  const [, , , , title, head = '', line = ''] = formatState({ ...nothing, finished }).split('\n')
  t.is(title, 'finished files, the newest first')
  t.regex(head, /^PATH +READ +LOST +OUTCOME +ENDED \(UTC\) +DEVICE:INODE$/)
  t.regex(line, /^\/var\/log\/b\.log +2000 +0 +read +2023-11-14 22:13 +2049:18446744073709551002$/)
})

test('the owner of the directory is named', t => {
  const holder = { pid: 12, host: 'web1', role: 'agent', sinceMs: 1_700_000_000_000 }
  const owner = { kind: 'running', ...holder, isOnThisHost: true } as const
  t.regex(
    formatState({ ...nothing, owner }),
    /^\/state: in use by process 12 on host web1 since 2023-11-14 22:13 UTC\n/,
  )
})

test('the JSON form is one object with numbers as numbers, inodes as text, and null for what is not known', t => {
  const finished = [{ ...makeFinished(3), path: '/b' }]
  const files = [show({ size: undefined, isOpen: undefined, presence: 'unknown' })]
  const text = formatStateJson({ ...nothing, files, finished, owner: { kind: 'unknown' } })
  t.true(text.endsWith('}\n'))
  t.deepEqual(JSON.parse(text), {
    stateDir: '/state',
    owner: { isRunning: null },
    files: [
      {
        path: '/var/log/a.log',
        device: '2049',
        inode: '77',
        offset: 100,
        size: null,
        unreadBytes: null,
        presence: 'unknown',
        isOpen: null,
        journaledRanges: 0,
        format: null,
        evidence: null,
      },
    ],
    finished: [
      {
        path: '/b',
        device: '2049',
        inode: '18446744073709551003',
        readBytes: 3000,
        crc32: null,
        lostBytes: 1,
        outcome: 'truncated',
        endedAt: '2023-11-14T22:13:20.003Z',
      },
    ],
  })
})
