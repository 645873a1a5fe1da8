import test from 'ava'
import { readYaml } from '../../../src/yaml/read-yaml.ts'

test('YAML with anchors and merge keys is read as plain data', t => {
  t.deepEqual(readYaml('a: &x {b: 1}\nc: {<<: *x, d: 2}\n'), { data: { a: { b: 1 }, c: { b: 1, d: 2 } } })
})

test('the first fault has its line', t => {
  const read = readYaml('a: 1\nb: [')
  t.regex('fault' in read ? read.fault : '', /line 2/u)
})

test('a document that expands without bound is refused', t => {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`)
  t.true('fault' in readYaml(['l0: &l0 a', ...levels].join('\n')))
})
