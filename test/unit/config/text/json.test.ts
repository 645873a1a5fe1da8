import test from 'ava'
import fc from 'fast-check'
import { toData } from '../../../../src/config/text/json-node.ts'
import { parseJson } from '../../../../src/config/text/json-parser.ts'
import { prepareText } from '../../../../src/config/text/comments-and-variables.ts'

const parse = (text: string, environment = {}) => parseJson(prepareText('f', text, environment))

test('any JSON is parsed as JSON.parse does', t => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.nat(3), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), undefined, indent)
      const { node, problems } = parse(text.replaceAll('$', '$$$$'))
      t.deepEqual(problems, [])
      t.deepEqual(node && toData(node), JSON.parse(text))
    }),
    { numRuns: 300 },
  )
})

test('any text is parsed or refused, and never crashes the parser', t => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ':',
    ',',
    '#',
    '//',
    '\\',
    '\n',
    ' ',
    '1',
    '.',
    '-',
    'a',
    '$A',
    '“',
    'é',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), parts => {
      const { node, problems } = parse(parts.join(''), { A: '"' })
      t.true(
        node !== undefined ||
          problems.length > 0 ||
          parts.join('').trim() === '' ||
          parts.includes('#') ||
          parts.includes('$A'),
      )
      for (const { position } of problems) t.true((position?.line ?? 0) >= 1 && (position?.column ?? 0) >= 1)
    }),
    { numRuns: 500 },
  )
})

test('a comment line is removed without moving the lines and columns of the rest', t => {
  const { problems } = parse('# one\r\n  # two {\n{\n    # three\n  "a": ?\n}')
  t.like(problems[0]?.position, { line: 5, column: 8 })
})

test('a long text and a long list are parsed in linear time', t => {
  const { node } = parse(`["${'x'.repeat(3e6)}", ${'1,'.repeat(3e5)} 1]`)
  t.is(node?.kind === 'array' ? node.items.length : 0, 3e5 + 2)
})

test('a file of YAML is named as such, once', t => {
  for (const text of ['listen: 127.0.0.1:0\npipeline:\n  - set:\n', '---\nfiles: []\n', 'pipeline:\n'])
    t.deepEqual(
      parse(text).problems.map(({ message }) => message),
      ['expected JSON, which begins with {; this looks like YAML'],
    )
})
