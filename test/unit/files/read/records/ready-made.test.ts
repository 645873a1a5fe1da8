import test from 'ava'
import fc from 'fast-check'
import type { LinePart } from '../../../../../src/files/read/records/joiner.ts'
import { createReadyMadeJoiner } from '../../../../../src/files/read/records/ready-made.ts'
import { READY_MADE_NAMES, type ReadyMadeName } from '../../../../../src/patterns/ready-made-names.ts'

function join(name: ReadyMadeName, lines: readonly string[]): readonly (readonly string[])[] {
  const joiner = createReadyMadeJoiner(name)
  const records: string[][] = []
  let isOpen = false
  for (const line of lines) {
    const part: LinePart = isOpen ? joiner.add(line) : 'other'
    if (part === 'other') records.push([])
    isOpen = (part === 'other' ? joiner.begin(line) : part) !== 'last'
    records.at(-1)!.push(line)
  }
  return records
}

/** Each text is the lines of one record. */
const keeps = test.macro({
  exec(t, name: ReadyMadeName, records: readonly string[]) {
    t.deepEqual(
      join(name, records.join('\n').split('\n')).map(lines => lines.join('\n')),
      records,
    )
  },
  title: (law = '') => law,
})

test('each line is in one record, whatever the lines are', t => {
  const line = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\tat a',
      'Traceback (most recent call last):',
      '{',
      '}',
      '"}',
      'goroutine 1 [a]:',
      '/a:1',
    ),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...READY_MADE_NAMES), fc.array(line, { maxLength: 20 }), (name, lines) => {
      t.deepEqual(join(name, lines).flat(), lines)
    }),
  )
})

test('lines that begin with white space belong to the line before', keeps, 'indented', ['a\n b\n\tc', 'd', '', 'e\n  '])

test('lines that do not begin with a time belong to the line before', keeps, 'timestamp', [
  '2026-11-28T03:04:05Z a\nb\n\n c',
  '[2026-11-28 03:04:05,123] ERROR a\nb 2026-11-28',
  '2026/11/28 03:04:05 a',
  '[28/Nov/2026:03:04:05 +0000] a',
  'Nov 28 03:04:05 web1 sshd[1]: a\nb',
  '<13>Nov  8 03:04:05 web1 a',
  'Sat Nov 28 03:04:05 2026 a',
  'INFO  2026-11-28 03:04:05 a\n1 line\n20 lines',
  '[ERROR] 2026-11-28 03:04:05 a',
  'E, [2026-11-28T03:04:05.000000 #1] ERROR -- : a',
  'I1128 03:04:05.000000 1 a.go:1] a\nI think',
  '28.11.2026 03:04:05 a',
  '1234:M 28 Nov 2026 03:04:05.000 * a',
  '03:04:05.123 [main] a\nat 03:04:05',
  '1795835045.123 a\n12345',
  'Nov 28, 2026 3:04:05 PM a.b c\nSEVERE: a',
])

test('JSON in several lines is one record, with brackets in its strings', keeps, 'brackets', [
  '{\n  "a": "}",\n  "b": [\n    1\n  ],\n  "c": "\\"{"\n}',
  'text {',
  '{"a": 1}',
  '[\n{},\n{"b": "[["}\n]',
  '}',
  '  {\n  }',
])

test('a crash of Node is one record with code at the beginning of its line', keeps, 'node', [
  "/a/b.js:2\nthrow new Error('a')\n^\n\nError: a\n    at b {\n  code: 1\n}\n\nNode.js v26.0.0",
  'next',
  '',
  'next',
])

test('the two lines of java.util.logging are one record', keeps, 'java', [
  'Nov 28, 2026 3:04:05 PM a.B c\nINFO: a',
  'Nov 28, 2026 3:04:06 PM a.B c\nSEVERE: b\njava.lang.Error: c\n\tat d\n',
  'INFO: e',
])

test('a log line with its trace, and traces that follow each other, are records of their own', keeps, 'java', [
  'ERROR a\ncom.example.Broken: b\n\tat c\nCaused by: d\n\t... 1 more',
  'com.example.Broken: b\n\tat c',
  'java.lang.StackOverflowError\n\tat c',
  'INFO e',
])

test(
  'a trace of Python with notes begins with its log line, and an empty line behind it belongs to it',
  keeps,
  'python',
  [
    'ERROR a\nTraceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: b\n',
    'INFO c',
    '',
    'Traceback (most recent call last):\n  File "a.py"\nKeyError',
    'Traceback (most recent call last):\n  File "a.py"\nKeyError',
  ],
)

test('the second line of a message is a record of its own, and has the trace', t => {
  const lines = ['a.B: first', 'second', '\tat c']
  t.deepEqual(join('java', lines), [['a.B: first'], ['second', '\tat c']])
})
