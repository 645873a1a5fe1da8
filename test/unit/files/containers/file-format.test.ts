import test from 'ava'
import { isDecided, readFormat, writeFormat } from '../../../../src/files/containers/file-format.ts'

for (const [word, container, name, decided] of [
  ['plain', undefined, undefined, true],
  ['plain/nginx', undefined, 'nginx', true],
  ['plain/docker', undefined, 'docker', true],
  ['docker/plain', 'docker', undefined, true],
  ['cri/postgresql', 'cri', 'postgresql', true],
  ['cri', 'cri', undefined, false],
  ['docker', 'docker', undefined, false],
] as const)
  test(`the format ${word} is read as it was written`, t => {
    t.deepEqual(readFormat(word), { container, name })
    t.is(isDecided(word), decided)
    if (decided) t.is(writeFormat({ container, name }), word)
  })

test('a file without a format is neither of a container nor decided', t => {
  t.deepEqual(readFormat(undefined), { container: undefined, name: undefined })
  t.false(isDecided(undefined))
})
