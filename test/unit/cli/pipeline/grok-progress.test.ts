import test from 'ava'
import { findProgress } from '../../../../src/cli/pipeline/grok-progress.ts'
import { makePattern, suggest } from '../../../../src/cli/pipeline/suggest.ts'
import { Grok } from '../../../../src/pipeline/patterns/grok.ts'

const SETTINGS = { definitions: new Map(), ecs: 'disabled' } as const

test('a pattern that does not match is followed up to the piece that does not', t => {
  const pattern = '^%{IPV4:ip} \\[%{WORD:w}\\] (?:a|b) %{INT:n}'
  t.deepEqual(findProgress(pattern, '10.0.0.1 [x] b y', SETTINGS), {
    matched: '^%{IPV4:ip} \\[%{WORD:w}\\] (?:a|b) ',
    failedAt: '%{INT:n}',
    position: 15,
  })
  t.like(findProgress(pattern, '10.0.0.1 (x)', SETTINGS), { failedAt: '\\[', position: 9 })
  t.like(findProgress(pattern, '10.0.0.1 [x] c 1', SETTINGS), { position: 13 })
  t.is(findProgress('%{INT:n}', 'x', SETTINGS), undefined)
})

test('a proposed pattern matches the line that it was made of', t => {
  const lines = [
    '2026-11-29T10:00:00.123Z INFO [main] request from 10.0.0.1 took 12.5 ms "GET /a?b=(c)"',
    'Nov 29 10:00:00 host sshd[12]: Accepted publickey for root from 10.0.0.1 port 22 ssh2: RSA SHA256:x+y/z and more words',
    '\\^$.|?*+()[]{} äöü 😀',
  ]
  for (const line of lines) t.truthy(new Grok({ patterns: [makePattern(line)] }).match(line), line)
  t.deepEqual(suggest(['a=1', 'b=2', 'c']), [
    '2 of 3 lines match this pattern; give its fields better names:',
    '{"grok":{"field":"message","patterns":["^%{WORD:word}=%{NUMBER:number}$"]}}',
  ])
  const access = '127.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8"'
  t.regex(suggest([access])[1] ?? '', /^\{"parse":"[a-z]+"\}$/u)
  t.deepEqual(suggest([]), ['every line passed the pipeline'])
})
